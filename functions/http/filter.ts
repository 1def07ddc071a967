import { ApiError } from '../errors.ts';

export const operators = [
  'equals',
  'any',
  'contains',
  'starts-with',
  'ends-with',
  'greater-than',
  'greater-or-equal',
  'less-than',
  'less-or-equal',
  'has',
] as const;
export type Operator = (typeof operators)[number];

export type FilterValue = string | number | boolean | Date;

export interface Filter {
  readonly operator: Operator;
  readonly field: string;
  /** One value, several for `any`, none for `has`. */
  readonly values: readonly FilterValue[];
}

/**
 * Reads a filter: `equals(email,"a@b.c"),greater-than(created,2026-01-01T00:00:00Z)`, joined by commas or wrapped in
 * `and(…)`. Strings stand in single or double quotes with backslash escapes; times (ISO 8601), numbers, `true` and
 * `false` stand bare. Grammar: JSON:API filter of Klaviyo's API, revision 2026-07-15.
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
  const operator = scanner.word();
  scanner.expect('(');
  if (operator === 'and') {
    const filters = expressionList(scanner);
    scanner.expect(')');
    return filters;
  }
  if (!isOperator(operator)) throw scanner.wrong(`an operator (${operators.join(', ')}, and)`);
  const field = scanner.word();
  const values: FilterValue[] = [];
  if (scanner.take(',')) values.push(...(scanner.take('[') ? list(scanner) : [scanner.value()]));
  scanner.expect(')');
  if ((operator === 'has') !== (values.length === 0)) throw scanner.wrong(`a value for ${operator}`);
  return [{ operator, field, values }];
};

const list = (scanner: Scanner): FilterValue[] => {
  const values = [scanner.value()];
  while (scanner.take(',')) values.push(scanner.value());
  scanner.expect(']');
  return values;
};

const isOperator = (word: string): word is Operator => operators.some((operator) => operator === word);

const scan = (text: string) => {
  let at = 0;
  const wrong = (expected: string) =>
    new ApiError('invalid', {
      detail: `The filter is not understood at character ${at + 1} ('${text.slice(at, at + 20)}'): expected ${expected}.`,
      source: { parameter: 'filter' },
    });
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found) at = pattern.lastIndex;
    return found;
  };
  const take = (symbol: string): boolean => {
    match(/\s*/y);
    if (text[at] !== symbol) return false;
    at += 1;
    return true;
  };

  return {
    wrong,
    take,
    atEnd: () => text.slice(at).trim() === '',
    expect: (symbol: string) => {
      if (!take(symbol)) throw wrong(`'${symbol}'`);
    },
    /** A name may hold a quoted part: `properties['Favourite colour']`. */
    word: (): string => {
      const found = match(/\s*([\w$.-]+(?:\[(?:'[^']*'|"[^"]*")\])?)/y)?.[1];
      if (found === undefined) throw wrong('a name');
      return found;
    },
    value: (): FilterValue => {
      const quoted = match(/\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/y);
      if (quoted) return (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
      const bare = match(/\s*([^,()[\]\s'"]+)/y)?.[1];
      if (bare === undefined) throw wrong('a value');
      return bareValue(bare, wrong);
    },
  };
};

const bareValue = (bare: string, wrong: (expected: string) => ApiError): FilterValue => {
  if (bare === 'true' || bare === 'false') return bare === 'true';
  if (/^-?\d+(\.\d+)?$/.test(bare)) return Number(bare);
  const time = /^\d{4}-\d\d-\d\d/.test(bare) ? new Date(bare.replace(/(\d) (\d\d:?\d\d)$/, '$1+$2')) : undefined;
  if (!time || Number.isNaN(time.getTime()))
    throw wrong('a value in quotes, a number, true, false or an ISO 8601 time');
  return time;
};
