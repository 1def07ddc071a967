import { parseIsoTime } from '../platform/iso-time.ts';

const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(1990, 0, 1);
const MAX_AHEAD_DAYS = 365;

/** Below this a number is seconds since 1970 (until the year 5138), from here on milliseconds (since 1973). */
const MILLISECONDS_FROM = 1e11;

/** ISO 8601 (UTC where it names no offset), or a number of seconds or milliseconds since 1970. */
export const parseTime = (given: string | number): Date | undefined =>
  typeof given === 'number' ? valid(new Date(given < MILLISECONDS_FROM ? given * 1_000 : given)) : parseIsoTime(given);

const valid = (time: Date): Date | undefined => (Number.isNaN(time.getTime()) ? undefined : time);

export const tooEarly = (time: Date): string | undefined =>
  time.getTime() >= EARLIEST
    ? undefined
    : `${time.toISOString()} is before 1990-01-01, the earliest time that is taken. Numbers are seconds or milliseconds since 1970.`;

/** Why an event of this time can't be taken now, in words for its sender. */
export const timeProblem = (
  time: Date,
  { now, retentionDays }: { readonly now: Date; readonly retentionDays?: number | undefined },
): string | undefined => {
  const ahead = tooEarly(time);
  if (ahead !== undefined) return ahead;
  if (time.getTime() > now.getTime() + MAX_AHEAD_DAYS * DAY_MS) {
    return `${time.toISOString()} is more than a year ahead of now, ${now.toISOString()}. At most one year is taken.`;
  }
  if (retentionDays !== undefined && time.getTime() <= now.getTime() - retentionDays * DAY_MS) {
    return `${time.toISOString()} is longer ago than the ${retentionDays} days that events are kept here: it would be deleted at once. Raise EVENT_RETENTION_DAYS to take it.`;
  }
  return undefined;
};

/** Epoch seconds, as DynamoDB's TTL wants it. */
export const expiry = (time: Date, retentionDays: number | undefined): number | undefined =>
  retentionDays === undefined ? undefined : Math.floor((time.getTime() + retentionDays * DAY_MS) / 1_000);
