import { text } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { type AddressCheck, addressCheck } from './checked-lookup.ts';
import { fetchError, toFetchError } from './error.ts';
import type { FetchOptions, FetchResponse, FetchSettings, SafeFetch } from './fetch.ts';
import { type Hop, isRedirect, nextHop, parseUrl } from './redirects.ts';

const TOTAL_MS = 10_000;
const CONNECT_MS = 3_000;
const MAX_BYTES = 1_048_576;
const MAX_REDIRECTS = 3;

/** A client for URLs that others chose. Each connection resolves its host once. */
export const openClient = ({
  allowsLoopback = false,
  protocols = allowsLoopback ? ['https:', 'http:'] : ['https:'],
  connectMs = CONNECT_MS,
  ...addresses
}: FetchSettings = {}): SafeFetch => {
  const check = addressCheck({ ...addresses, allowsLoopback });
  const agent = new Agent({
    connect: { timeout: connectMs, lookup: check.lookup },
    // A frozen function cannot keep connections: the other side would close them meanwhile.
    pipelining: 0,
    // These timers restart with each byte. One total timeout replaces them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const send = async (hop: Hop, redirects: number, signal: AbortSignal): Promise<FinalResponse> => {
    checkUrl(hop.url, protocols, check);
    const response = await request.call(agent, {
      origin: hop.url.origin,
      path: `${hop.url.pathname}${hop.url.search}`,
      method: hop.method,
      // A compressed response could expand beyond every limit.
      headers: { 'accept-encoding': 'identity', ...hop.headers },
      body: hop.body,
      signal,
    });
    const redirect = redirectOf(hop, response);
    if (redirect === undefined) return { response, url: hop.url };
    if (redirects === 0) throw fetchError('invalidRedirect', `${hop.url.origin} redirects too often.`);
    return send(redirect, redirects - 1, signal);
  };

  return async (url, options = {}) => {
    const { totalMs = TOTAL_MS, maxBytes = MAX_BYTES, maxRedirects = MAX_REDIRECTS } = options;
    const signal = AbortSignal.timeout(totalMs);
    try {
      return toFetchResponse(await send(firstHop(url, options), maxRedirects, signal), { maxBytes, signal });
    } catch (error) {
      throw toFetchError(error, signal);
    }
  };
};

interface FinalResponse {
  readonly response: Dispatcher.ResponseData;
  readonly url: URL;
}

const firstHop = (url: string, { method = 'GET', headers = {}, body }: FetchOptions): Hop => ({
  url: parseUrl(url),
  method,
  headers,
  body: body ?? null,
});

/** Checks the URL itself. A host name is checked when it is resolved, an IP address here. */
const checkUrl = (url: URL, protocols: readonly string[], check: AddressCheck): void => {
  if (!protocols.includes(url.protocol))
    throw fetchError('invalidUrl', `Its protocol is ${url.protocol}, but must be ${protocols.join(' or ')}`);
  if (url.username !== '' || url.password !== '') throw fetchError('invalidUrl', 'It contains a user or a password.');
  check.checkHost(url.hostname.replace(/^\[|\]$/g, ''));
};

/** The next request of a redirect. Undefined if the response is no redirect. */
const redirectOf = (
  hop: Hop,
  { statusCode, headers: { location }, body }: Dispatcher.ResponseData,
): Hop | undefined => {
  if (!isRedirect(statusCode) || typeof location !== 'string') return undefined;
  // The body is not needed and may be endless.
  body.on('error', () => {}).destroy();
  return nextHop(hop, statusCode, location);
};

const toFetchResponse = (
  { response: { statusCode, headers, body }, url }: FinalResponse,
  limits: { readonly maxBytes: number; readonly signal: AbortSignal },
): FetchResponse => {
  const limitedBody = closeable(limitBody(body, limits), () => body.on('error', () => {}).destroy());
  return {
    status: statusCode,
    url: url.href,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined || name === 'set-cookie' ? [] : [[name, [value].flat().join(', ')]],
      ),
    ),
    body: limitedBody,
    text: () => text(limitedBody),
  };
};

/** A generator that nobody has begun to read does not end its source when it is closed. */
const closeable = (pieces: AsyncGenerator<Uint8Array>, close: () => void): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => pieces.next(),
    return: async () => {
      close();
      return pieces.return(undefined);
    },
  }),
});

async function* limitBody(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw fetchError('tooLarge', `The response has more than ${maxBytes} bytes.`);
      yield chunk;
    }
  } catch (error) {
    throw toFetchError(error, signal);
  }
}
