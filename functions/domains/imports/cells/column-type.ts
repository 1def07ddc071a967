import * as v from 'valibot';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { plainDigits } from '../csv/formulas.ts';
import type { RowCode } from '../outcomes/row-codes.ts';
import { dateReader, isDateFormat } from './date-format.ts';
import { type DateOrder, readDate } from './dates.ts';

const kinds = ['string', 'number', 'boolean', 'date', 'list', 'json'] as const;
const MAX_WORDS = 100;
const words = boundedArray(v.pipe(v.string(), v.trim(), v.nonEmpty()), {
  min: 1,
  max: MAX_WORDS,
  tooMany: (count) => `It has ${count} words. At most ${MAX_WORDS} are allowed.`,
});

const NO_FORMAT =
  'It must have year (YYYY, YY), month (MM, M, MMM) and day (DD, D) once each, and may have the time, as in DD.MM.YYYY HH:mm.';

/** The type of a column. */
export const ColumnType = v.union(
  [
    v.picklist(kinds),
    v.strictObject({ type: v.literal('number'), decimal: v.picklist(['.', ',']) }),
    v.strictObject({ type: v.literal('boolean'), true: words, false: words }),
    v.strictObject({
      type: v.literal('date'),
      format: v.pipe(v.string(), v.check(isDateFormat, NO_FORMAT)),
    }),
    v.strictObject({ type: v.literal('list'), separator: v.pipe(v.string(), v.nonEmpty()) }),
  ],
  `It must be one of ${kinds.join(', ')}, or an object such as {"type": "number", "decimal": ","}, {"type": "date", "format": "DD.MM.YYYY HH:mm"}, {"type": "list", "separator": "|"} or {"type": "boolean", "true": ["ja"], "false": ["nein"]}.`,
);
export type ColumnType = v.InferOutput<typeof ColumnType>;

export const kindOf = (type: ColumnType): (typeof kinds)[number] => (typeof type === 'string' ? type : type.type);

/** The value of a non-blank cell, or its problem. */
export type Reading = { readonly value: unknown } | { readonly code?: RowCode; readonly message: string };

/** Creates a reader of trimmed, non-blank cells of a column. */
export const cellReader = (type: ColumnType, order?: DateOrder): ((text: string) => Reading) => {
  const given = typeof type === 'string' ? undefined : type;
  switch (kindOf(type)) {
    case 'string':
      return (text) => ({ value: plainDigits(text) });
    case 'number':
      return numberReader(given?.type === 'number' ? given.decimal : undefined);
    case 'boolean':
      return given?.type === 'boolean'
        ? booleanReader(given.true, given.false)
        : booleanReader(['true', 'yes', '1'], ['false', 'no', '0']);
    case 'date': {
      const read = timeReader(type, order);
      const hasTime = given?.type === 'date' && /[Hh]/.test(given.format);
      return (text) => {
        const at = read(text);
        if (!(at instanceof Date)) return at;
        return { value: hasTime || /[:T]|^\d{9,}/.test(text) ? at.toISOString() : at.toISOString().slice(0, 10) };
      };
    }
    case 'list':
      return given?.type === 'list' ? (text) => ({ value: partsOf(text, given.separator) }) : listReader;
    case 'json':
      return jsonReader;
  }
};

/** Creates a reader of times, also for events and consents. */
export const timeReader = (type: ColumnType | undefined, order?: DateOrder) => {
  if (type === undefined || typeof type === 'string' || type.type !== 'date')
    return (text: string) => readDate(text, order);
  const { format } = type;
  const read = dateReader(format);
  return (text: string) =>
    read(text) ?? {
      code: 'invalid_time' as const,
      message: `'${text.slice(0, 50)}' is not a time of the format ${format}.`,
    };
};

/** Groups of thousands are accepted only with a declared decimal separator, since `1,234` is ambiguous. */
const numberReader = (declared?: '.' | ',') => {
  const decimal = declared ?? '.';
  const group = decimal === '.' ? ',' : '.';
  const grouped = declared === undefined ? '' : `|\\d{1,3}(\\${group}\\d{3})+`;
  const pattern = new RegExp(`^-?(\\d+${grouped})(\\${decimal}\\d+)?$`);
  const example = decimal === '.' ? '1234.50' : '1234,50';
  return (text: string): Reading => {
    if (!pattern.test(text)) return { message: `'${text.slice(0, 50)}' is not a number, such as ${example}.` };
    const plain = text.replaceAll(group, '').replace(decimal, '.');
    // A number keeps this many digits exactly.
    if (plain.replaceAll(/^-?0*\.?0*|\D/g, '').length > 15)
      return {
        message: `'${text.slice(0, 50)}' has more digits than a number can hold. Set the type of the column to string.`,
      };
    return { value: Number(plain) + 0 };
  };
};

const booleanReader = (yes: readonly string[], no: readonly string[]) => {
  const known = new Map([...no.map((word) => [word, false] as const), ...yes.map((word) => [word, true] as const)]);
  const byText = new Map([...known].map(([word, value]) => [word.toLowerCase(), value]));
  return (text: string): Reading => {
    const value = byText.get(text.toLowerCase());
    return value === undefined
      ? { message: `'${text.slice(0, 50)}' is neither ${yes.join(' or ')} nor ${no.join(' or ')}.` }
      : { value };
  };
};

const partsOf = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const listReader = (text: string): Reading => {
  if (!text.startsWith('[')) return { value: partsOf(text, ',') };
  const read = jsonReader(text);
  return 'value' in read && Array.isArray(read.value) ? read : { message: 'Not a list, such as ["a","b"] or a, b.' };
};

const jsonReader = (text: string): Reading => {
  try {
    return { value: parseExact(text) };
  } catch {
    return { message: 'Not JSON. Double each quote within a quoted field.' };
  }
};
