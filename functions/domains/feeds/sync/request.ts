/** The headers of every request for a feed. */
export const requestHeaders = {
  accept: 'application/json, application/xml, text/xml, text/csv, text/tab-separated-values, */*;q=0.5',
  'accept-encoding': 'gzip, br',
  'user-agent': 'Tributary-Feeds/1.0',
} as const;

/** The validators of a known version. */
export interface Known {
  readonly etag?: string | undefined;
  readonly modified?: string | undefined;
}

/** The headers that ask for a feed unless it is the known one. */
export const conditionHeaders = ({ etag, modified }: Known): Readonly<Record<string, string>> => ({
  ...(etag !== undefined && { 'if-none-match': etag }),
  ...(modified !== undefined && { 'if-modified-since': modified }),
});

/** Ends a response without reading it, since it may be endless. */
export const dropBody = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

const temporary = ['timeout', 'unreachable', 'changed'];

/** Of an error of a request: whether trying again can help. Undefined if it is another error. */
export const fetchFailure = (
  error: unknown,
): { readonly reason: string; readonly isTemporary: boolean } | undefined => {
  if (!(error instanceof Error) || error.name !== 'FetchError' || !('code' in error)) return undefined;
  return { reason: error.message, isTemporary: temporary.some((code) => code === error.code) };
};

/** Why a response has no feed. */
export const refusalReason = (status: number): string =>
  `The server answered ${status}. Check the URL of the feed${status === 401 || status === 403 ? ' and its credentials' : ''}.`;
