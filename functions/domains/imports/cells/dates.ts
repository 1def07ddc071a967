import * as v from 'valibot';
import type { RowProblem } from '../outcomes/problem.ts';
import { monthNamed } from './named-months.ts';

/** Whether 05/06/2026 is in May or in June. */
export const DateOrder = v.picklist(['month-first', 'day-first']);
export type DateOrder = v.InferOutput<typeof DateOrder>;

const TIME =
  '(?<hour>\\d{1,2})[:.](?<minute>\\d{2})(?:[:.](?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?)?(?:\\s*(?<half>[AP]\\.?\\s?M\\.?))?(?:\\s*(?:Uhr|h))?';
const ZONE = '\\s*(?<zone>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)?';
const REST = `(?:[ ,T]+${TIME})?${ZONE}$`;
const AT_REST = `(?:(?:[ ,T]|at)+${TIME})?${ZONE}$`;
/** 2026-05-01, 2026/05/01 and the Hungarian 2026. 05. 01. */
const ISO = new RegExp(
  `^(?<year>\\d{4})(?<separator>[-/.])\\s?(?<month>\\d{1,2})\\k<separator>\\s?(?<day>\\d{1,2})\\.?${REST}`,
  'i',
);
/** 05/06/2026, 5.6.26 and 05-06-2026. Not 26-05-06, whose year is ambiguous. */
const NUMERIC = new RegExp(
  `^(?<one>\\d{1,2})(?:(?<separator>[/.])\\s?(?<two>\\d{1,2})\\k<separator>\\s?(?<year>\\d{4}|\\d{2})|-(?<two>\\d{1,2})-(?<year>\\d{4}))\\.?${REST}`,
  'i',
);
/** 5 May 2026, 5. Mai 2026, 5 de mayo de 2026, 05-May-26, also after a weekday as in mails. */
const DAY_AND_NAME = new RegExp(
  `^(?:\\p{L}+\\.?,\\s*)?(?<day>\\d{1,2})(?:\\.|st|nd|rd|th|er|º)?[\\s-]*(?:de |of )?(?<name>\\p{L}{3,})\\.?,?[\\s-]+(?:de )?(?<year>\\d{4}|\\d{2})${REST}`,
  'iu',
);
/** May 5, 2026. */
const NAME_AND_DAY = new RegExp(
  `^(?:\\p{L}+\\.?,\\s*)?(?<name>\\p{L}{3,})\\.?\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?<year>\\d{4})${AT_REST}`,
  'iu',
);
/** The format that programs write. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const SECONDS = /^\d{9,10}(\.\d{1,6})?$/;
const MILLISECONDS = /^\d{12,13}$/;
/** 2026050110 and 202605011000: dates in digits, which must not be read as seconds or milliseconds. */
const DIGITS = /^20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)?$/;
/** Earlier years are placeholders of .NET and others, or years without a century. */
const FIRST_YEAR = 100;

/**
 * Parses the formats of Klaviyo's uploads (help.klaviyo.com/hc/en-us/articles/115005251128) and of Shopify. Without a
 * zone it is UTC, without a time midnight. Returns `ambiguous` for dates like 05/06/2026 without a declared order.
 */
export const toDate = (text: string, order?: DateOrder): Date | 'ambiguous' | undefined => {
  const given = text.trim();
  if (USUAL.test(given)) return parseIso(given);
  if (DIGITS.test(given)) return undefined;
  if (SECONDS.test(given)) return new Date(Math.round(Number(given) * 1_000));
  if (MILLISECONDS.test(given)) return new Date(Number(given));
  const iso = ISO.exec(given)?.groups;
  if (iso) return dateOfParts(iso);
  const found = bothReadings(given);
  if (!found) return namedDate(given);
  const { monthFirst, dayFirst, isSame, isDotted } = found;
  if (order) return order === 'month-first' ? monthFirst : dayFirst;
  // Dates with dots never have the month first.
  if (isDotted) return dayFirst ?? monthFirst;
  if (monthFirst && dayFirst && !isSame) return 'ambiguous';
  return monthFirst ?? dayFirst;
};

const namedDate = (given: string): Date | undefined => {
  const { name, ...parts } = (DAY_AND_NAME.exec(given) ?? NAME_AND_DAY.exec(given))?.groups ?? {};
  const month = name === undefined ? undefined : monthNamed(name);
  return month === undefined ? undefined : dateOfParts({ ...parts, month: String(month) });
};

/** Reads a numeric date in both orders. */
const bothReadings = (given: string) => {
  const parts = NUMERIC.exec(given)?.groups;
  if (!parts) return undefined;
  const { one, two, separator, ...rest } = parts;
  const monthFirst = dateOfParts({ ...rest, month: one, day: two });
  const dayFirst = dateOfParts({ ...rest, month: two, day: one });
  return { monthFirst, dayFirst, isSame: one === two, isDotted: separator === '.' };
};

/** The order of a cell's date, if the date has only one meaning. */
export const orderIn = (text: string): DateOrder | undefined => {
  const { monthFirst, dayFirst } = bothReadings(text.trim()) ?? {};
  if (dayFirst && !monthFirst) return 'day-first';
  return monthFirst && !dayFirst ? 'month-first' : undefined;
};

/** Gives the same result as `dateOfParts`, ten times faster. */
const parseIso = (text: string): Date | undefined => {
  const date = new Date(text);
  // Date turns 30 February into 2 March, and takes 24:00 for the next day.
  return date.getUTCDate() === Number(text.slice(8, 10)) && date.getUTCFullYear() >= FIRST_YEAR ? date : undefined;
};

/** Reads a date, or returns the problem of its cell. */
export const readDate = (text: string, order?: DateOrder): Date | Pick<RowProblem, 'code' | 'message'> => {
  const date = toDate(text, order);
  if (date instanceof Date) return date;
  if (text.trim() === '') return { code: 'invalid_time', message: 'The time is missing.' };
  if (date === undefined)
    return { code: 'invalid_time', message: `'${text}' is not a time, such as 2026-05-01 10:00:00.` };
  const choices = (['month-first', 'day-first'] as const).map((one) => {
    const meant = toDate(text, one);
    return `${meant instanceof Date ? meant.toISOString().slice(0, 10) : '-'} ("dates": "${one}")`;
  });
  return {
    code: 'ambiguous_time',
    message: `'${text}' can be ${choices.join(' or ')}. Set "dates" in the mapping, or write dates as 2026-05-01.`,
  };
};

type Parts = Readonly<Record<string, string | undefined>>;

/** Builds the time from its parts. Undefined if there is no such time. */
export const dateOfParts = ({
  year,
  month,
  day,
  hour,
  minute,
  second,
  fraction,
  half,
  zone,
}: Parts): Date | undefined => {
  const h = hourOf(Number(hour ?? 0), half);
  const numbers = { year: yearOf(year ?? ''), month: Number(month), day: Number(day) };
  if (h === undefined || h > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  const ms = Math.floor(Number(`0.${fraction ?? 0}`) * 1_000);
  const date = new Date(
    Date.UTC(numbers.year, numbers.month - 1, numbers.day, h, Number(minute ?? 0), Number(second ?? 0), ms),
  );
  // Date turns 30 February into 2 March, and the year 50 into 1950.
  if (date.getUTCFullYear() !== numbers.year || numbers.year < FIRST_YEAR) return undefined;
  if (date.getUTCMonth() + 1 !== numbers.month || date.getUTCDate() !== numbers.day) return undefined;
  // 2026-05-01-02 is not a date with a zone.
  if (hour === undefined && /^[+-]\d\d$/.test(zone ?? '')) return undefined;
  const offset = offsetMs(zone);
  return offset === undefined ? undefined : new Date(date.getTime() - offset);
};

const yearOf = (text: string): number => {
  const year = Number(text);
  if (text.length === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
};

const hourOf = (hour: number, half: string | undefined): number | undefined => {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
};

/** The largest offset from UTC in use. */
const FURTHEST_HOURS = 14;

const offsetMs = (zone: string | undefined): number | undefined => {
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (!found) return 0;
  const [, sign, hours, minutes = '0'] = found;
  if (Number(hours) > FURTHEST_HOURS || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};
