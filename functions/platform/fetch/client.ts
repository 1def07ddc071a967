import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { isPublic } from './address.ts';
import { asFetchError, fetchError } from './error.ts';
import type { Address, FetchOptions, FetchResponse, FetchSettings, SafeFetch } from './fetch.ts';
import { type Hop, isRedirect, nextHop, parseUrl } from './hop.ts';

const TOTAL_MS = 10_000;
const CONNECT_MS = 3_000;
const MAX_BYTES = 1_048_576;
const MAX_REDIRECTS = 3;

type Allows = (address: string) => boolean;

/**
 * For addresses that others name. Each host is resolved once for each connection, which goes to the very addresses that
 * were checked: a name that leads elsewhere by the next moment leads nowhere.
 */
export const openClient = ({
  allowsAddress = () => false,
  protocols = ['https:'],
  resolve = (host) => lookup(host, { all: true }),
  connectMs = CONNECT_MS,
}: FetchSettings = {}): SafeFetch => {
  const allows: Allows = (address) => isPublic(address) || allowsAddress(address);
  const agent = new Agent({
    connect: { timeout: connectMs, lookup: checkedLookup(resolve, allows) },
    // A connection that a sleeping function kept would be closed by the other side meanwhile.
    pipelining: 0,
    // These count anew with each byte: one limit holds for all of it instead.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const send = async (hop: Hop, redirects: number, signal: AbortSignal): Promise<Answer> => {
    checkUrl(hop.url, { protocols, allows });
    const response = await request.call(agent, {
      origin: hop.url.origin,
      path: `${hop.url.pathname}${hop.url.search}`,
      method: hop.method,
      // What comes compressed could grow past every limit.
      headers: { 'accept-encoding': 'identity', ...hop.headers },
      body: hop.body,
      signal,
    });
    const next = nextOf(hop, response);
    if (next === undefined) return { response, url: hop.url };
    if (redirects === 0) throw fetchError('invalidRedirect', `${hop.url.origin} redirects once too often.`);
    return send(next, redirects - 1, signal);
  };

  return async (url, options = {}) => {
    const { totalMs = TOTAL_MS, maxBytes = MAX_BYTES, maxRedirects = MAX_REDIRECTS } = options;
    const signal = AbortSignal.timeout(totalMs);
    try {
      return responseOf(await send(firstHop(url, options), maxRedirects, signal), { maxBytes, signal });
    } catch (error) {
      throw asFetchError(error, signal);
    }
  };
};

interface Answer {
  readonly response: Dispatcher.ResponseData;
  readonly url: URL;
}

const firstHop = (url: string, { method = 'GET', headers = {}, body }: FetchOptions): Hop => ({
  url: parseUrl(url),
  method,
  headers,
  body: body ?? null,
});

/** What the URL alone tells. Its host is checked when it is resolved, and here where it is an address. */
const checkUrl = (
  url: URL,
  { protocols, allows }: { readonly protocols: readonly string[]; readonly allows: Allows },
) => {
  if (!protocols.includes(url.protocol))
    throw fetchError('invalidUrl', `Its protocol is ${url.protocol} and has to be ${protocols.join(' or ')}`);
  if (url.username !== '' || url.password !== '') throw fetchError('invalidUrl', 'It has a user or a password in it.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !allows(host)) throw forbidden(host);
};

const checkedLookup =
  (resolve: (host: string) => Promise<readonly Address[]>, allows: Allows): LookupFunction =>
  (host, { all }, done) => {
    resolve(host)
      .then((addresses) => checkAddresses(host, addresses, allows))
      .then(
        ([first, ...others]) => (all ? done(null, [first, ...others]) : done(null, first.address, first.family)),
        (error) => done(error, []),
      );
  };

/** One bad address among good ones is no accident: nothing is sent to any of them. */
const checkAddresses = (host: string, addresses: readonly Address[], allows: Allows): [Address, ...Address[]] => {
  const [first, ...others] = addresses;
  if (first === undefined) throw fetchError('unreachable', `${host} has no address.`);
  if (!addresses.every(({ address }) => allows(address))) throw forbidden(host);
  return [first, ...others];
};

const forbidden = (host: string): Error => fetchError('forbiddenAddress', `${host} is not on the internet.`);

/** `undefined` where this is the answer. */
const nextOf = (hop: Hop, { statusCode, headers: { location }, body }: Dispatcher.ResponseData): Hop | undefined => {
  if (!isRedirect(statusCode) || typeof location !== 'string') return undefined;
  // Its body is of no use, and may be without an end.
  body.on('error', () => {}).destroy();
  return nextHop(hop, statusCode, location);
};

const responseOf = (
  { response: { statusCode, headers, body }, url }: Answer,
  limits: { readonly maxBytes: number; readonly signal: AbortSignal },
): FetchResponse => {
  const limited = readWithin(body, limits);
  return {
    status: statusCode,
    url: url.href,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined || name === 'set-cookie' ? [] : [[name, [value].flat().join(', ')]],
      ),
    ),
    body: limited,
    text: () => text(limited),
  };
};

async function* readWithin(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const part of body) {
      bytes += part.length;
      if (bytes > maxBytes) throw fetchError('tooLarge', `The answer has more than ${maxBytes} bytes.`);
      yield part;
    }
  } catch (error) {
    throw asFetchError(error, signal);
  }
}
