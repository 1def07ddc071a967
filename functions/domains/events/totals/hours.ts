import { hourOf } from '../../../model/time.ts';

const HOUR_MS = 3_600_000;

export const hourOfDate = (time: Date): string => hourOf(time.toISOString());
export const startOfHour = (hour: string): number => Date.parse(`${hour}:00:00Z`);
export const hoursFrom = (hour: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => hourOfDate(new Date(startOfHour(hour) + i * HOUR_MS)));
