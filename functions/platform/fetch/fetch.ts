/** A request to a URL that somebody else chose, such as that of a feed or a webhook. */
export interface FetchOptions {
  /** @default GET */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Names in lower case. Only headers that HTTP requires are added: no cookies, no credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Timeout until the last byte, including all redirects. @default 10 seconds */
  readonly totalMs?: number;
  /** @default 1 MiB */
  readonly maxBytes?: number;
  /** @default 3 */
  readonly maxRedirects?: number;
}

export interface FetchResponse {
  readonly status: number;
  /** The final URL, after redirects. */
  readonly url: string;
  /** Names in lower case, without `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, which can be read once. Throws `tooLarge` beyond `maxBytes`, and `timeout` beyond `totalMs`. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The body as UTF-8, within the same limits. */
  text(): Promise<string>;
}

/** Throws errors whose `code` is a `FetchErrorCode`. */
export type SafeFetch = (url: string, options?: FetchOptions) => Promise<FetchResponse>;

/**
 * `invalidUrl`: not a URL, not https, or it contains a password. `forbiddenAddress`: the host has no public address.
 * `invalidRedirect`: too many redirects, or one that would send the body to another host. `unreachable`: the host does
 * not exist or refuses the connection.
 *
 * Of SFTP: `invalidHostKey`: the server has another key. `unauthorized`: it refuses the login, or the private key is
 * none. `noFile`: there is no such file, it is a directory, or the user may not read it. `changed`: the file changed while
 * it was read.
 */
export type FetchErrorCode =
  | 'invalidUrl'
  | 'forbiddenAddress'
  | 'invalidRedirect'
  | 'tooLarge'
  | 'timeout'
  | 'unreachable'
  | 'invalidHostKey'
  | 'unauthorized'
  | 'noFile'
  | 'changed';

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface FetchSettings {
  /** Allows further addresses. @default only public ones */
  readonly allowsAddress?: (address: string) => boolean;
  /** Whether this machine is allowed, also without TLS. For the local cloud. @default false */
  readonly allowsLoopback?: boolean;
  /** @default only https: */
  readonly protocols?: readonly string[];
  /** Resolves a host. @default the machine's resolver */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
  /** @default 3 seconds */
  readonly connectMs?: number;
}

/** Loads the client with the first request. */
export const openFetch = (settings: FetchSettings = {}): SafeFetch => {
  let opened: Promise<SafeFetch> | undefined;
  return async (url, options) => {
    opened ??= import('./client.ts').then(({ openClient }) => openClient(settings));
    return (await opened)(url, options);
  };
};
