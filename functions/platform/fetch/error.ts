import type { FetchErrorCode } from './fetch.ts';

/** No class: what catches it was bundled apart, and would know another one. */
export const fetchError = (code: FetchErrorCode, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), { name: 'FetchError', code });

/** What a client failed with, as one of ours. */
export const asFetchError = (error: unknown, signal: AbortSignal): Error => {
  if (error instanceof Error && error.name === 'FetchError') return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (signal.aborted || code === 'UND_ERR_CONNECT_TIMEOUT')
    return fetchError('timeout', 'The host did not answer in time.', error);
  const why = error instanceof Error && error.message !== '' ? error.message : String(code ?? error);
  return fetchError('unreachable', `The host did not answer: ${why}`, error);
};
