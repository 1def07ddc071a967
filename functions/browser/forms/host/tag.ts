/** What a script's own tag says. */
interface Tag {
  /** Without query. */
  readonly src: string;
  /** `data-api`: the base of all URLs. */
  readonly api: string | undefined;
  /** `data-company-id`, or `company_id` of the script's URL. */
  readonly company: string;
}

export const readTag = ({ src, dataset }: HTMLScriptElement): Tag => {
  const { origin, pathname, searchParams } = new URL(src);
  return {
    src: origin + pathname,
    api: dataset.api,
    company: dataset.companyId ?? searchParams.get('company_id') ?? '',
  };
};

/** The base of all URLs, without a slash at the end: the address of the script without its path. */
export const baseOf = ({ src, api }: Tag): string =>
  api ? api.replace(/\/+$/, '') : src.replace(/(\/(onsite|files)\/[^/]+)?\/[^/]*$/, '');
