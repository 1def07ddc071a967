import { dateOfParts } from './dates.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What may stand in a format. Months by name are English, short or whole. */
const tokens: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  MMMM: '(?<name>\\p{L}+)\\.?',
  MMM: '(?<name>\\p{L}+)\\.?',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<hour>\\d{2})',
  h: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<fraction>\\d{1,9})',
  A: '(?<half>[AP]M)',
  Z: '(?<zone>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)',
};
const TOKEN = /\[[^[\]]*\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|Z|\p{L}+|\s+|[^\p{L}[]/gu;

/** The parts of a date that a format names, each with what has to stand there. What is in brackets stands for itself. */
const patternOf = (format: string): RegExp | undefined => {
  const pieces = format.match(TOKEN) ?? [];
  const source = pieces.map((piece) => {
    if (piece.startsWith('[')) return escaped(piece.slice(1, -1));
    if (/^\s+$/.test(piece)) return '\\s+';
    return (
      (Object.hasOwn(tokens, piece) ? tokens[piece] : undefined) ?? (/\p{L}/u.test(piece) ? undefined : escaped(piece))
    );
  });
  if (pieces.join('') !== format || source.includes(undefined)) return undefined;
  try {
    // Something that is named twice is refused here.
    return new RegExp(`^${source.join('')}$`, 'iu');
  } catch {
    return undefined;
  }
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Whether such a format names a whole date. */
export const isDateFormat = (format: string): boolean => {
  const source = patternOf(format)?.source ?? '';
  return ['<year>', '<day>'].every((part) => source.includes(part)) && /<month>|<name>/.test(source);
};

/** Reads dates that are written so. Without a zone they are UTC. */
export const dateReader = (format: string) => {
  const pattern = patternOf(format);
  return (text: string): Date | undefined => {
    const found = pattern?.exec(text.trim())?.groups;
    if (!found) return undefined;
    const { name, ...parts } = found;
    if (name === undefined) return dateOfParts(parts);
    const month = MONTHS.findIndex((short) => name.toLowerCase().startsWith(short));
    return month < 0 ? undefined : dateOfParts({ ...parts, month: String(month + 1) });
  };
};
