export const intervals = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof intervals)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export type Zone = ReturnType<typeof openZone>;

/** A range of time in milliseconds. */
export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The clock and calendar of an IANA time zone. `local` numbers are local times, written as if they were UTC. */
export const openZone = (name: string) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const offsetAt = (ms: number): number => {
    const text = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = 0, minutes = 0, seconds = 0] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
    const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000;
    return sign === '-' ? -size : size;
  };
  const toLocal = (ms: number): number => ms + offsetAt(ms);
  /**
   * The first moment whose local time is at least this. A time that a clock change skips becomes the moment of the
   * change.
   */
  const toMoment = (local: number): number => {
    const candidates = [local - offsetAt(local - DAY_MS), local - offsetAt(local + DAY_MS)].toSorted((a, b) => a - b);
    const shown = candidates.find((ms) => toLocal(ms) === local);
    return shown ?? skipBetween(local, candidates[0] ?? local, candidates.at(-1) ?? local);
  };
  const skipBetween = (local: number, low: number, high: number): number => {
    let [before, after] = [low, high];
    while (after - before > 1_000) {
      const middle = Math.floor((before + after) / 2_000) * 1_000;
      if (toLocal(middle) < local) before = middle;
      else after = middle;
    }
    return after;
  };
  return { name, offsetAt, toLocal, toMoment };
};

/** The start of the interval that contains a moment. */
export const startOf = (interval: Interval, ms: number, zone: Zone): number => {
  const local = zone.toLocal(ms);
  if (interval === 'hour') return ms - (((local % HOUR_MS) + HOUR_MS) % HOUR_MS);
  return zone.toMoment(firstOf(interval, local));
};

/** The start of the next interval. Days have 23 to 25 hours. */
export const nextStart = (interval: Interval, start: number, zone: Zone): number => {
  if (interval === 'hour') {
    const next = startOf('hour', start + HOUR_MS, zone);
    return next > start ? next : start + HOUR_MS;
  }
  // A day starts after midnight if a clock change skips midnight.
  const first = firstOf(interval, zone.toLocal(start));
  const date = new Date(first);
  if (interval === 'month') return zone.toMoment(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
  return zone.toMoment(first + (interval === 'week' ? 7 : 1) * DAY_MS);
};

/** Weeks begin on Mondays. */
const firstOf = (interval: Exclude<Interval, 'hour'>, local: number): number => {
  const date = new Date(local);
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  switch (interval) {
    case 'day':
      return day;
    case 'week':
      return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
};

/** Formats a time with the zone's offset, such as 2026-07-01T00:00:00+02:00. */
export const formatInZone = (ms: number, zone: Zone): string => {
  const minutes = Math.round(zone.offsetAt(ms) / MINUTE_MS);
  const two = (number: number): string => String(number).padStart(2, '0');
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${new Date(ms + minutes * MINUTE_MS).toISOString().slice(0, 19)}${offset}`;
};
