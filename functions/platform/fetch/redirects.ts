import { fetchError } from './error.ts';

/** One request in a chain of redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

/** Headers that may be sent to another host. All others could contain a secret of the first host. */
const SAFE_HEADERS = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);
const METHOD_PRESERVING = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

/** The next request of a redirect, by the rules of browsers. */
export const nextHop = (hop: Hop, status: number, location: string): Hop => {
  const url = parseUrl(location, hop.url);
  const isSameOrigin = url.origin === hop.url.origin;
  if (METHOD_PRESERVING.has(status) && hop.body !== null && !isSameOrigin)
    throw fetchError('invalidRedirect', `${hop.url.origin} redirects a request with a body to ${url.origin}.`);
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : !METHOD_PRESERVING.has(status) && hop.method === 'POST';
  const headers = Object.entries(hop.headers).filter(
    ([name]) => (isSameOrigin || SAFE_HEADERS.has(name)) && !(becomesGet && name.startsWith('content-')),
  );
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: becomesGet ? null : hop.body,
  };
};

export const parseUrl = (text: string, base?: URL): URL => {
  const url = URL.parse(text, base?.href);
  if (url === null) throw fetchError('invalidUrl', 'This is not a URL.');
  return url;
};
