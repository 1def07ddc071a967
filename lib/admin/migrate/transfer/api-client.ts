import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { parseExact } from '../../../../functions/platform/json/parse-exact.ts';
import { Advice } from '../../cli/advice.ts';

/** An account of Klaviyo, or of a deployment of this product. */
export interface Endpoint {
  readonly url: string;
  readonly key: string;
  /** Whose API it is: Segment's takes the key as a user name. @default klaviyo */
  readonly protocol?: 'klaviyo' | 'segment';
}

export interface ApiClient {
  /** Gets a path, or an absolute link of an earlier answer. */
  get(path: string): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
}

/** An answer that another try would get too. */
export class Refusal extends Advice {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const REVISION = '2026-07-15';
/** About ten minutes of back-off. */
const TRIES = 24;
const TIMEOUT_MS = 60_000;
const MAX_BACKOFF_MS = 30_000;
const MAX_WAIT_SECONDS = 600;

type Attempt = { readonly body: unknown } | { readonly waitMs: number; readonly reason: string };

/**
 * Calls Klaviyo's API within its rate limits: waits as long as `Retry-After` of a 429 or 503 says, and for the next
 * window once `RateLimit-Remaining` is zero. Cut connections, timeouts and errors of the server are tried again.
 */
export const openApiClient = ({ url, key, protocol = 'klaviyo' }: Endpoint): ApiClient => {
  const { origin } = new URL(url);
  let pauseUntil = 0;

  const attempt = async (method: string, target: URL, body: string | undefined, tried: number): Promise<Attempt> => {
    const backoffMs = Math.min(MAX_BACKOFF_MS, 250 * 2 ** tried) * (0.5 + Math.random() / 2);
    const headers = {
      authorization: authorizations[protocol](key),
      revision: REVISION,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      const response = await fetch(target, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const { status } = response;
      if (response.ok) {
        if (response.headers.get('ratelimit-remaining') === '0')
          pauseUntil = Date.now() + secondsIn(response.headers.get('ratelimit-reset')) * 1_000;
        return { body: text === '' ? undefined : parseExact(text) };
      }
      if (status !== 429 && status < 500) throw new Refusal(status, refusal(status, target, text));
      const seconds = secondsIn(response.headers.get('retry-after'));
      return { waitMs: seconds > 0 ? seconds * 1_000 : backoffMs, reason: `it answered ${status}` };
    } catch (error) {
      if (error instanceof Advice) throw error;
      return { waitMs: backoffMs, reason: error instanceof Error ? error.message : String(error) };
    }
  };

  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    // The links of answers are absolute. The key goes nowhere but to its own host.
    const { pathname, search } = new URL(path, url);
    const target = new URL(`${pathname}${search}`, origin);
    let reason = '';
    for (let tried = 0; tried < TRIES; tried++) {
      await sleep(Math.max(0, pauseUntil - Date.now()));
      const result = await attempt(method, target, body && JSON.stringify(body), tried);
      if ('body' in result) return result.body;
      reason = result.reason;
      await sleep(result.waitMs);
    }
    throw new Advice(`${origin} does not work: ${reason}. Run the command again: it continues where it stopped.`);
  };

  return { get: (path) => send('GET', path), post: (path, body) => send('POST', path, body) };
};

const authorizations = {
  klaviyo: (key: string) => `Klaviyo-API-Key ${key}`,
  segment: (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
};

const secondsIn = (header: string | null): number => {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MAX_WAIT_SECONDS) : 0;
};

const Errors = v.object({ errors: v.array(v.object({ detail: v.string() })) });

const refusal = (status: number, { origin, pathname }: URL, text: string): string => {
  if (status === 401) return `${origin} does not accept the key.`;
  if (status === 403) return `The key for ${origin} lacks the scope for ${pathname}.`;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Errors), text);
  const details = parsed.success ? parsed.output.errors.map(({ detail }) => detail).join(' ') : text.slice(0, 300);
  return `${origin} refused ${pathname} with ${status}. ${details}`;
};
