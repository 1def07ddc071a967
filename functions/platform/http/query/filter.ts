import { ApiError } from '../../errors.ts';
import { comparisonOperators, QUOTED, unquote } from '../../filter-grammar.ts';
import { parseIsoTime } from '../../iso-time.ts';

export const operators = [...comparisonOperators, 'has'] as const;
export type Operator = (typeof operators)[number];

export type FilterValue = string | number | boolean | Date;

export interface Filter {
  readonly operator: Operator;
  readonly field: string;
  /** One value, several for `any`, none for `has`. */
  readonly values: readonly FilterValue[];
}

/**
 * Parses a filter: `equals(email,"a@b.c"),greater-than(created,2026-01-01T00:00:00Z)`, joined by commas or wrapped in
 * `and(…)`. Strings are in single or double quotes with backslash escapes. Times (ISO 8601), numbers, `true` and
 * `false` are unquoted. The grammar is the JSON:API filter of Klaviyo's API, revision 2026-07-15.
 */
export const parseFilter = (text: string): Filter[] => {
  const scanner = scan(text);
  const filters = expressionList(scanner);
  if (!scanner.atEnd()) throw scanner.wrong('a comma or the end');
  return filters;
};

type Scanner = ReturnType<typeof scan>;

const expressionList = (scanner: Scanner): Filter[] => {
  const filters = [...expression(scanner)];
  while (scanner.take(',')) filters.push(...expression(scanner));
  return filters;
};

const expression = (scanner: Scanner): Filter[] => {
  const operator = scanner.word(isOperator, `an operator (${operators.join(', ')}, and)`);
  scanner.expect('(');
  if (operator === 'and') {
    const filters = expressionList(scanner);
    scanner.expect(')');
    return filters;
  }
  const field = scanner.quotedName() ?? scanner.word(isName, 'a name');
  const values: FilterValue[] = [];
  let isList = false;
  if (operator !== 'has') {
    scanner.expect(',');
    isList = (operator === 'any' || operator === 'equals') && scanner.take('[');
    values.push(...(isList ? list(scanner) : [scanner.value()]));
  }
  scanner.expect(')');
  // Klaviyo's clients write `any` or `equals` with a list.
  return [{ operator: isList ? 'any' : operator, field, values }];
};

const list = (scanner: Scanner): FilterValue[] => {
  const values = [scanner.value()];
  while (scanner.take(',')) values.push(scanner.value());
  scanner.expect(']');
  return values;
};

const isOperator = (word: string): word is Operator | 'and' =>
  word === 'and' || operators.some((operator) => operator === word);
const isName = (_: string): _ is string => true;

const scan = (text: string) => {
  let at = 0;
  const error = (expected: string) =>
    new ApiError('invalid', {
      detail: `The filter is invalid at character ${at + 1} ('${text.slice(at, at + 20)}'): expected ${expected}.`,
      source: { parameter: 'filter' },
    });
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const result = pattern.exec(text) ?? undefined;
    if (result) at = pattern.lastIndex;
    return result;
  };
  const accept = (symbol: string): boolean => {
    match(/\s*/y);
    if (text[at] !== symbol) return false;
    at += 1;
    return true;
  };

  return {
    wrong: error,
    take: accept,
    atEnd: () => text.slice(at).trim() === '',
    expect: (symbol: string) => {
      if (!accept(symbol)) throw error(`'${symbol}'`);
    },
    /** A name may contain a quoted part: `properties['Favourite colour']`. */
    word: <Word extends string>(isExpected: (word: string) => word is Word, expected: string): Word => {
      match(/\s*/y);
      const start = at;
      const word = match(/[\w$.-]+(?:\[(?:'[^']*'|"[^"]*")\])?/y)?.[0];
      if (word !== undefined && isExpected(word)) return word;
      at = start;
      throw error(expected);
    },
    /** Some clients quote names like values. */
    quotedName: (): string | undefined => {
      match(/\s*/y);
      const name = match(/"([\w$.-]+)"|'([\w$.-]+)'/y);
      return name?.[1] ?? name?.[2];
    },
    value: (): FilterValue => {
      match(/\s*/y);
      const start = at;
      const quoted = match(QUOTED);
      if (quoted) return unquote(quoted);
      const unquoted = match(/[^,()[\]\s'"]+(?: \d\d:?\d\d)?/y)?.[0];
      const value = unquoted === undefined ? undefined : parseUnquoted(unquoted);
      if (value !== undefined) return value;
      at = start;
      throw error('a value in quotes, a number, true, false or an ISO 8601 time');
    },
  };
};

/** A `+` in a time arrives as a space. A time without an offset is UTC. */
const parseUnquoted = (bare: string): FilterValue | undefined => {
  if (bare === 'true' || bare === 'false') return bare === 'true';
  if (/^-?\d+$/.test(bare)) return Number.isSafeInteger(Number(bare)) ? Number(bare) : undefined;
  if (/^-?\d+\.\d+$/.test(bare)) return Number(bare);
  const parts = /^(\d{4}-\d\d-\d\d)(?:T([\d:.]+)(Z|[+ -]\d\d:?\d\d)?)?$/i.exec(bare);
  if (!parts) return undefined;
  const [, day = '', clock = '00:00', zone = 'Z'] = parts;
  return parseIsoTime(`${day}T${clock}${zone.replace(' ', '+')}`);
};
