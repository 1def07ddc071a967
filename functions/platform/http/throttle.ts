import * as v from 'valibot';
import { ApiError } from '../errors.ts';
import type { Services } from '../resources/services.ts';
import { entity } from '../table/entity.ts';
import { update } from '../table/write.ts';
import type { Principal } from './protocol.ts';

/** How many requests a caller may make: `burst` per second within one process, `steady` per minute in total. */
export const RateLimits = v.object({ burst: v.number(), steady: v.number() });
export type RateLimits = v.InferOutput<typeof RateLimits>;

export const defaultLimits: RateLimits = { burst: 350, steady: 21_000 };

/** The limits for public calls of one network, so that one address cannot use up the limits of the account. */
export const defaultNetworkLimits: RateLimits = { burst: 350, steady: 3_000 };

const RateCount = v.object({ account: v.string(), key: v.string(), minute: v.number(), count: v.number() });

/** The requests of one key in one minute, as reported by all processes. */
export const rateCounts = entity({
  type: 'rate_count',
  schema: RateCount,
  key: ({ account, key, minute }: Pick<v.InferOutput<typeof RateCount>, 'account' | 'key' | 'minute'>) => ({
    pk: `A#${account}#RATE#${key}#${minute}`,
    sk: 'RATE',
  }),
});

/** A process reports its count each time it has grown by this share of the limit. */
const REPORT_SHARE = 1 / 50;
const RETENTION_SECONDS = 300;
const MAX_KEYS = 1_000;

interface Window {
  readonly minute: number;
  /** Requests in this process since its last report. */
  unreported: number;
  /** Requests in all processes, as of the last report. */
  reported: number;
  second: number;
  inSecond: number;
}

/**
 * Fixed windows: one minute across all processes, one second within a process. Counting a request costs no write: a
 * process reports only every fiftieth part of the limit. A key's counter is thus written about fifty times a minute
 * under any load, and never for a key far below its limit. In return, n busy processes can exceed a minute's limit by n
 * fiftieths.
 */
export const createThrottle = () => {
  const windows = new Map<string, Window>();

  /** Counts a request against one limit. Returns the headers with what is left. */
  const count = async ({ account, key, limits, of }: Limit, services: Services) => {
    const time = services.now().getTime();
    const minute = Math.floor(time / 60_000);
    const reset = Math.ceil(((minute + 1) * 60_000 - time) / 1_000);
    const window = currentWindow(windows, `${account} ${key}`, minute);

    const headers = (left: number) =>
      rateLimitHeaders(limits, { left, reset, leftInSecond: limits.burst - window.inSecond });

    const second = Math.floor(time / 1_000);
    if (window.second !== second) Object.assign(window, { second, inSecond: 0 });
    window.inSecond += 1;
    if (window.inSecond > limits.burst)
      throw throttledError(1, `${limits.burst} requests a second, the limit ${of}`, {});

    const steadyError = () => throttledError(reset, `${limits.steady} requests a minute, the limit ${of}`, headers(0));
    if (window.reported + window.unreported >= limits.steady) throw steadyError();
    window.unreported += 1;
    if (window.unreported >= limits.steady * REPORT_SHARE) {
      const { unreported } = window;
      window.unreported = 0;
      const total = await reportCount({ account, key, minute }, unreported, services);
      // Responses can arrive out of order.
      window.reported = Math.max(window.reported, total);
      if (total > limits.steady) throw steadyError();
    }
    return headers(limits.steady - window.reported - window.unreported);
  };

  return async ({ account, caller, limits = defaultLimits, network }: ThrottledPrincipal, services: Services) => {
    // A request without an account has no limit.
    if (account === '') return {};
    if (network) {
      const ofNetwork = { account, key: `network ${network.name}`, of: 'of your network' };
      await count({ ...ofNetwork, limits: network.limits ?? defaultNetworkLimits }, services);
    }
    return count({ account, key: counterKey(caller), limits, of: 'of this key' }, services);
  };
};

type ThrottledPrincipal = Pick<Principal, 'account' | 'caller' | 'limits' | 'network'>;

interface Limit {
  readonly account: string;
  readonly key: string;
  readonly limits: RateLimits;
  /** Whose limit it is, for the error. */
  readonly of: string;
}

interface RemainingRequests {
  /** Requests left until the minute ends, `reset` seconds from now. */
  readonly left: number;
  readonly reset: number;
  readonly leftInSecond: number;
}

/**
 * In Klaviyo's format. The limit that is closer to being reached comes first, and the other two headers refer to it.
 * Then both limits follow with their windows in seconds.
 */
const rateLimitHeaders = ({ burst, steady }: RateLimits, { left, reset, leftInSecond }: RemainingRequests) => {
  const [limit, remaining, seconds] = leftInSecond < left ? [burst, leftInSecond, 1] : [steady, left, reset];
  return {
    'RateLimit-Limit': `${limit}, ${burst};w=1, ${steady};w=60`,
    'RateLimit-Remaining': String(Math.max(0, remaining)),
    'RateLimit-Reset': String(seconds),
  };
};

/** Public calls and pages have separate limits: a flood of events cannot keep anybody from unsubscribing. */
const counterKey = (caller: Principal['caller']): string => {
  switch (caller.kind) {
    case 'key':
      return caller.keyId;
    case 'integration':
      return `hook ${caller.integrationId}`;
    case 'public':
      return 'public';
    case 'nobody':
      return 'pages';
  }
};

const currentWindow = (windows: Map<string, Window>, name: string, minute: number): Window => {
  const existing = windows.get(name);
  if (existing?.minute === minute) return existing;
  if (windows.size >= MAX_KEYS) {
    for (const [other, window] of windows) if (window.minute !== minute) windows.delete(other);
    if (windows.size >= MAX_KEYS) windows.clear();
  }
  const newWindow = { minute, unreported: 0, reported: 0, second: 0, inSecond: 0 };
  windows.set(name, newWindow);
  return newWindow;
};

const reportCount = async (
  id: { readonly account: string; readonly key: string; readonly minute: number },
  count: number,
  { table }: Services,
): Promise<number> => {
  const expiresAt = id.minute * 60 + RETENTION_SECONDS;
  return table.increment(update(rateCounts, id, { upsert: true, set: { ...id, expiresAt }, add: { count } }), 'count');
};

const throttledError = (seconds: number, limit: string, headers: Readonly<Record<string, string>>) =>
  new ApiError(
    'throttled',
    { detail: `More than ${limit}. Try again in ${seconds} s.` },
    { ...headers, 'Retry-After': String(seconds) },
  );
