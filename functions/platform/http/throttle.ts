import * as v from 'valibot';
import { ApiError } from '../errors.ts';
import type { Services } from '../resources/services.ts';
import { entity } from '../table/entity.ts';
import { update } from '../table/write.ts';
import type { Authenticated } from './protocol.ts';

/** Requests a caller may make: `burst` in a second within one process, `steady` in a minute over all. */
export const RateLimits = v.object({ burst: v.number(), steady: v.number() });
export type RateLimits = v.InferOutput<typeof RateLimits>;

export const defaultLimits: RateLimits = { burst: 350, steady: 21_000 };

const RateCount = v.object({ account: v.string(), key: v.string(), minute: v.number(), count: v.number() });

/** Requests of one key in one minute, as far as processes have reported them. */
export const rateCounts = entity({
  type: 'rate_count',
  schema: RateCount,
  key: ({ account, key, minute }: Pick<v.InferOutput<typeof RateCount>, 'account' | 'key' | 'minute'>) => ({
    pk: `A#${account}#RATE#${key}#${minute}`,
    sk: 'RATE',
  }),
});

/** A process tells the others of its count each time it has grown by this share of the limit. */
const SHARE = 1 / 50;
const KEEP_SECONDS = 300;
const MAX_KEYS = 1_000;

interface Window {
  readonly minute: number;
  /** Requests here since this process last reported its count. */
  unreported: number;
  /** Requests everywhere, as last heard. */
  reported: number;
  second: number;
  inSecond: number;
}

/**
 * Fixed windows of a minute over all processes, and of a second within one. No request costs a write for its being
 * counted: a process reports only every fiftieth part of the limit, so that a key's counter is written about fifty
 * times a minute whatever the traffic, and a key far below its limit never. In return, n busy processes may let a
 * minute's limit be passed by n fiftieths.
 */
export const throttle = () => {
  const windows = new Map<string, Window>();

  return async (
    { account, caller, limits = defaultLimits }: Pick<Authenticated, 'account' | 'caller' | 'limits'>,
    services: Services,
  ) => {
    // What belongs to no account has nobody whose limit it could be.
    if (account === '') return {};
    const key = keyOf(caller);
    const time = services.now().getTime();
    const minute = Math.floor(time / 60_000);
    const reset = Math.ceil(((minute + 1) * 60_000 - time) / 1_000);
    const window = current(windows, `${account} ${key}`, minute);

    const headers = (left: number) => headersOf(limits, { left, reset, leftInSecond: limits.burst - window.inSecond });

    const second = Math.floor(time / 1_000);
    if (window.second !== second) Object.assign(window, { second, inSecond: 0 });
    window.inSecond += 1;
    if (window.inSecond > limits.burst) throw tooMany(1, `${limits.burst} requests a second`, {});

    const steady = () => tooMany(reset, `${limits.steady} requests a minute`, headers(0));
    if (window.reported + window.unreported >= limits.steady) throw steady();
    window.unreported += 1;
    if (window.unreported >= limits.steady * SHARE) {
      const { unreported } = window;
      window.unreported = 0;
      const everywhere = await tell({ account, key, minute }, unreported, services);
      // Answers may come back in another order than they were asked for.
      window.reported = Math.max(window.reported, everywhere);
      if (everywhere > limits.steady) throw steady();
    }
    return headers(limits.steady - window.reported - window.unreported);
  };
};

interface Left {
  /** Until the minute ends, in so many seconds. */
  readonly left: number;
  readonly reset: number;
  readonly leftInSecond: number;
}

/** As Klaviyo writes them: the limit that is nearest, which the other two are of, then each with its window in seconds. */
const headersOf = ({ burst, steady }: RateLimits, { left, reset, leftInSecond }: Left) => {
  const [limit, remaining, seconds] = leftInSecond < left ? [burst, leftInSecond, 1] : [steady, left, reset];
  return {
    'RateLimit-Limit': `${limit}, ${burst};w=1, ${steady};w=60`,
    'RateLimit-Remaining': String(Math.max(0, remaining)),
    'RateLimit-Reset': String(seconds),
  };
};

/** Browsers that call and people on pages have a limit each: nobody is kept from unsubscribing by a flood of events. */
const keyOf = (caller: Authenticated['caller']): string => {
  switch (caller.kind) {
    case 'key':
      return caller.keyId;
    case 'public':
      return 'public';
    case 'nobody':
      return 'pages';
  }
};

const current = (windows: Map<string, Window>, name: string, minute: number): Window => {
  const known = windows.get(name);
  if (known?.minute === minute) return known;
  if (windows.size >= MAX_KEYS) {
    for (const [other, window] of windows) if (window.minute !== minute) windows.delete(other);
    if (windows.size >= MAX_KEYS) windows.clear();
  }
  const fresh = { minute, unreported: 0, reported: 0, second: 0, inSecond: 0 };
  windows.set(name, fresh);
  return fresh;
};

const tell = async (
  id: { readonly account: string; readonly key: string; readonly minute: number },
  count: number,
  { table }: Services,
): Promise<number> => {
  const expiresAt = id.minute * 60 + KEEP_SECONDS;
  return table.increment(update(rateCounts, id, { upsert: true, set: { ...id, expiresAt }, add: { count } }), 'count');
};

const tooMany = (seconds: number, limit: string, headers: Readonly<Record<string, string>>) =>
  new ApiError(
    'throttled',
    { detail: `More than ${limit}, the limit of this key. Try again in ${seconds} s.` },
    { ...headers, 'Retry-After': String(seconds) },
  );
