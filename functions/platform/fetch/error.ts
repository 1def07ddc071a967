import type { FetchErrorCode } from './fetch.ts';

/**
 * Not a class: the client is bundled separately from the code that catches the error, so that `instanceof` would fail.
 */
export const fetchError = (code: FetchErrorCode, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), { name: 'FetchError', code });

/** Converts an error of the client into a fetch error. */
export const toFetchError = (error: unknown, signal: AbortSignal): Error => {
  if (error instanceof Error && error.name === 'FetchError') return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (signal.aborted || code === 'UND_ERR_CONNECT_TIMEOUT')
    return fetchError('timeout', 'The host did not respond in time.', error);
  const reason = error instanceof Error && error.message !== '' ? error.message : String(code ?? error);
  return fetchError('unreachable', `The host did not respond: ${reason}`, error);
};
