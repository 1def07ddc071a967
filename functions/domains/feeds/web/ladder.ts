import type { WebFeed } from './feed.ts';

const MINUTE_MS = 60_000;
const PERIOD_MS = 15 * MINUTE_MS;
/** Failing for so long, a feed is fetched nightly. */
const PATIENCE_MS = 3 * 60 * MINUTE_MS;
const MAX_NIGHTS = 3;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** In UTC. */
const NIGHT_HOUR = 3;

export const feedStatuses = [
  'ok',
  'refreshing',
  'disabled',
  'warning_periodic_refresh_timeout',
  'warning_nightly_refresh_timeout',
  'critical_nightly_refresh_timeout',
] as const;
type FeedStatus = (typeof feedStatuses)[number];

export type Place = Pick<WebFeed, 'failing' | 'nights' | 'next'>;

/** Where a feed begins, and where each fetch that works brings it back to. */
export const periodic = (now: Date): Place & { readonly next: string } => ({
  next: new Date(now.getTime() + PERIOD_MS).toISOString(),
});

/** Three hours every 15 minutes, then three nights, then no more. */
export const afterFailure = ({ failing, nights }: Place, now: Date): Place => {
  const since = failing ?? now.toISOString();
  if (nights !== undefined) {
    const failed = nights + 1;
    return { failing: since, nights: failed, ...(failed < MAX_NIGHTS && { next: nextNight(now) }) };
  }
  if (now.getTime() - Date.parse(since) < PATIENCE_MS) return { failing: since, ...periodic(now) };
  return { failing: since, nights: 0, next: nextNight(now) };
};

const nextNight = (now: Date): string => {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), NIGHT_HOUR);
  return new Date(today > now.getTime() ? today : today + DAY_MS).toISOString();
};

export const isNightly = ({ nights }: Pick<WebFeed, 'nights'>): boolean => nights !== undefined;

export const statusOf = ({ tried, failing, nights }: Pick<WebFeed, 'tried' | 'failing' | 'nights'>): FeedStatus => {
  if (tried === undefined) return 'refreshing';
  if (nights === MAX_NIGHTS) return 'disabled';
  if (nights === MAX_NIGHTS - 1) return 'critical_nightly_refresh_timeout';
  if (nights !== undefined) return 'warning_nightly_refresh_timeout';
  return failing === undefined ? 'ok' : 'warning_periodic_refresh_timeout';
};

/** Whether the content is of an earlier fetch, since the last one failed or is still to come. */
export const isStale = (feed: Pick<WebFeed, 'tried' | 'failing' | 'nights'>): boolean => statusOf(feed) !== 'ok';
