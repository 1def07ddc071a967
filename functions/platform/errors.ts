/**
 * The errors that a caller may see, by published code, with status and title. Anything else that is thrown is logged
 * and becomes a 500. The names are those of JSON:API errors that existing clients check for.
 */
export const errorCodes = {
  invalid: { status: 400, title: 'Invalid input.' },
  not_authenticated: { status: 401, title: 'Authentication credentials were not provided or are not valid.' },
  permission_denied: { status: 403, title: 'You do not have permission to perform this action.' },
  not_found: { status: 404, title: 'Not found.' },
  method_not_allowed: { status: 405, title: 'Method not allowed.' },
  duplicate_profile: { status: 409, title: 'Conflict.' },
  conflict: { status: 409, title: 'Conflict.' },
  erased: { status: 410, title: 'Erased.' },
  gone: { status: 410, title: 'Gone.' },
  too_large: { status: 413, title: 'Request is too large.' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type.' },
  throttled: { status: 429, title: 'Too many requests.' },
  error: { status: 500, title: 'Something went wrong on our side.' },
  unavailable: { status: 503, title: 'Temporarily unavailable.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface Problem {
  /** For the caller: what is wrong, with which value, and what to do. */
  readonly detail: string;
  /** JSON pointer into the request body, or the name of the query parameter or header. */
  readonly source?: { readonly pointer?: string; readonly parameter?: string; readonly header?: string };
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A JSON pointer (RFC 6901). */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') || '/';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
  /** Headers of the response, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, problems: Problem | readonly Problem[], headers: Readonly<Record<string, string>> = {}) {
    const problemList = [problems].flat();
    super(`${code}: ${problemList.map((p) => p.detail).join('; ')}`);
    this.code = code;
    this.problems = problemList;
    this.headers = headers;
  }
}
