/** The headers of every request for a feed. */
export const requestHeaders = {
  accept: 'application/json, application/xml, text/xml, text/csv, text/tab-separated-values, */*;q=0.5',
  'accept-encoding': 'gzip, br',
  'user-agent': 'Tributary-Feeds/1.0',
} as const;

/** Ends a response without reading it, since it may be endless. */
export const dropBody = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

/** Of an error of a request: whether trying again can help. Undefined if it is another error. */
export const fetchFailure = (
  error: unknown,
): { readonly reason: string; readonly isTemporary: boolean } | undefined => {
  if (!(error instanceof Error) || error.name !== 'FetchError' || !('code' in error)) return undefined;
  return { reason: error.message, isTemporary: error.code === 'timeout' || error.code === 'unreachable' };
};

/** Why a response has no feed. */
export const refusalReason = (status: number): string =>
  `The server answered ${status}. Check the URL of the feed${status === 401 || status === 403 ? ' and its credentials' : ''}.`;
