const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(1990, 0, 1);
const MAX_AHEAD_DAYS = 365;

/** Below this a number is seconds since 1970 (until the year 5138), from here on milliseconds (since 1973). */
const MILLISECONDS_FROM = 1e11;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d)?)?)?$/i;

/**
 * ISO 8601 (UTC where it names no offset), or a number of seconds or milliseconds since 1970. A day that the calendar
 * doesn't have is none, though JavaScript would take it for another.
 */
export const parseTime = (given: string | number): Date | undefined => {
  if (typeof given === 'number') return valid(new Date(given < MILLISECONDS_FROM ? given * 1_000 : given));
  const parts = ISO.exec(given.trim());
  if (!parts) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    ,
    sign,
    hours = '0',
    minutes = '0',
  ] = parts;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const isReal =
    new Date(local).toISOString().startsWith(`${year}-${month}-${day}`) && Number(minute) < 60 && Number(second) < 60;
  if (!isReal || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return new Date(local + ms - offset);
};

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
