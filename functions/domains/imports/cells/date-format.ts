import { dateOfParts } from './dates.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The tokens of a format. Month names are English, short or long. */
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

/** Converts a format to a pattern with named groups. Text in brackets is literal. */
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
    // A part that is named twice throws here.
    return new RegExp(`^${source.join('')}$`, 'iu');
  } catch {
    return undefined;
  }
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Whether a format has a complete date. */
export const isDateFormat = (format: string): boolean => {
  const source = patternOf(format)?.source ?? '';
  return ['<year>', '<day>'].every((part) => source.includes(part)) && /<month>|<name>/.test(source);
};

/** Creates a reader of dates in a format. Times without a zone are UTC. */
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
