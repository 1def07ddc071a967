/** A request to a host that somebody else named: the address of a feed or a webhook. */
export interface FetchOptions {
  /** @default GET */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Names in lower case. Nothing is added to them but what HTTP needs: no cookies, and nobody's credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Until the last byte, over all redirects. @default 10 seconds */
  readonly totalMs?: number;
  /** @default 1 MiB */
  readonly maxBytes?: number;
  /** @default 3 */
  readonly maxRedirects?: number;
}

export interface FetchResponse {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly url: string;
  /** Names in lower case, without `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Can be read once. Throws `tooLarge` after as many bytes as are allowed, and `timeout` when the time is over. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The body as UTF-8, by the same limits. */
  text(): Promise<string>;
}

/** Throws errors with a `code` of these. */
export type SafeFetch = (url: string, options?: FetchOptions) => Promise<FetchResponse>;

/**
 * `invalidUrl`: no URL, with a password in it, or not https. `forbiddenAddress`: a host that isn't on the internet.
 * `invalidRedirect`: too many, or one that would carry the body to another host. `unreachable`: no such host, or it
 * refused.
 */
export type FetchErrorCode =
  | 'invalidUrl'
  | 'forbiddenAddress'
  | 'invalidRedirect'
  | 'tooLarge'
  | 'timeout'
  | 'unreachable';

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface FetchSettings {
  /** Addresses that may be connected to besides those on the internet. @default none */
  readonly allowsAddress?: (address: string) => boolean;
  /** @default only https: */
  readonly protocols?: readonly string[];
  /** The addresses of a host. @default as the machine resolves it */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
  /** @default 3 seconds */
  readonly connectMs?: number;
}

/** Its client is loaded with the first request. */
export const openFetch = (settings: FetchSettings = {}): SafeFetch => {
  let opened: Promise<SafeFetch> | undefined;
  return async (url, options) => {
    opened ??= import('./client.ts').then(({ openClient }) => openClient(settings));
    return (await opened)(url, options);
  };
};
