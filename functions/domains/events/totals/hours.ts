const HOUR_MS = 3_600_000;
const HOUR_LENGTH = '2026-11-30T10'.length;

/** The hour of a time in UTC: `2026-11-30T10`. */
export const hourOf = (time: string): string => time.slice(0, HOUR_LENGTH);

export const hourOfDate = (time: Date): string => hourOf(time.toISOString());
export const startOfHour = (hour: string): number => Date.parse(`${hour}:00:00Z`);
export const hoursFrom = (hour: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => hourOfDate(new Date(startOfHour(hour) + i * HOUR_MS)));
