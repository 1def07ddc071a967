import { parseIsoTime } from '../platform/iso-time.ts';

const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(1990, 0, 1);
const MAX_AHEAD_DAYS = 365;

/** Smaller numbers are seconds since 1970 (until the year 5138), larger ones milliseconds (since 1973). */
const MILLISECONDS_FROM = 1e11;

/** Parses ISO 8601 (UTC without an offset), or a number of seconds or milliseconds since 1970. */
export const parseTime = (input: string | number): Date | undefined =>
  typeof input === 'number'
    ? validDate(new Date(input < MILLISECONDS_FROM ? input * 1_000 : input))
    : parseIsoTime(input);

const validDate = (time: Date): Date | undefined => (Number.isNaN(time.getTime()) ? undefined : time);

export const tooEarlyText = (time: Date): string | undefined =>
  time.getTime() >= EARLIEST
    ? undefined
    : `${time.toISOString()} is before 1990-01-01, the earliest time that is allowed. Numbers are seconds or milliseconds since 1970.`;

/** The reason why an event cannot have this time, as a text for its sender. */
export const timeProblem = (
  time: Date,
  { now, retentionDays }: { readonly now: Date; readonly retentionDays?: number | undefined },
): string | undefined => {
  const earlyProblem = tooEarlyText(time);
  if (earlyProblem !== undefined) return earlyProblem;
  if (time.getTime() > now.getTime() + MAX_AHEAD_DAYS * DAY_MS) {
    return `${time.toISOString()} is more than a year in the future. It is ${now.toISOString()} now.`;
  }
  if (retentionDays !== undefined && time.getTime() <= now.getTime() - retentionDays * DAY_MS) {
    return `${time.toISOString()} is older than the ${retentionDays} days that events are stored for. Raise EVENT_RETENTION_DAYS to accept it.`;
  }
  return undefined;
};

/** The expiry in epoch seconds, for DynamoDB's TTL. */
export const expirySeconds = (time: Date, retentionDays: number | undefined): number | undefined =>
  retentionDays === undefined ? undefined : Math.floor((time.getTime() + retentionDays * DAY_MS) / 1_000);

/** The day, such as `2026-11-30`, of a time in ISO 8601 and UTC. */
export const dayOf = (time: string): string => time.slice(0, '2026-11-30'.length);

/** The hour, such as `2026-11-30T10`, of a time in ISO 8601 and UTC. */
export const hourOf = (time: string): string => time.slice(0, '2026-11-30T10'.length);
