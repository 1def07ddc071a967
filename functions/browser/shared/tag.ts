/** What a script's own tag says. */
export interface Tag {
  /** Without query. */
  readonly src: string;
  /** `data-api`: the base of all URLs. */
  readonly api: string | undefined;
  /** `data-company-id`, or `company_id` of the script's URL. */
  readonly company: string;
  /** `alias` of the script's URL. */
  readonly alias: string | null;
}

export const readTag = ({ src, dataset }: HTMLScriptElement): Tag => {
  const { origin, pathname, searchParams } = new URL(src);
  return {
    src: origin + pathname,
    api: dataset.api,
    company: dataset.companyId ?? searchParams.get('company_id') ?? '',
    alias: searchParams.get('alias'),
  };
};

/**
 * The base of all URLs, without a slash at the end: the address of the script without the path that the server saw, or
 * without the path of a script that has no config.
 */
export const baseOf = ({ src, api }: Tag, path = ''): string => {
  if (api) return api.replace(/\/+$/, '');
  return path && src.endsWith(path)
    ? src.slice(0, -path.length)
    : src.replace(/(\/(onsite|files)\/[^/]+)?\/[^/]*$/, '');
};
