import { comparisonOperators, QUOTED, unquote } from '../../../../platform/filter-grammar.ts';

type ComparisonOperator = (typeof comparisonOperators)[number];

/** A value of a filter. Unquoted numbers and times are text until the field is known. */
export interface FilterValue {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** One comparison of a report's filter. */
export interface Comparison {
  readonly field: string;
  readonly operator: ComparisonOperator;
  readonly values: readonly FilterValue[];
  readonly isNegated: boolean;
}

export const FILTER_EXAMPLE =
  'Send greater-or-equal(datetime,2026-07-01T00:00:00) and less-than(datetime,2026-08-01T00:00:00).';

/**
 * Parses the filters of a report, or returns what is wrong with them. Comparisons are joined by commas or by `and(…)`,
 * and negated by `not(…)`. Names may have spaces: `equals(Campaign Name,"May")`. Times may have one too.
 */
export const parseFilters = (texts: readonly string[]): readonly Comparison[] | string => {
  const all: Comparison[] = [];
  for (const text of texts) {
    const scanner = scan(text);
    const parsed = scanner.isAtEnd() ? [] : readList(scanner, 0);
    if (!parsed || !scanner.isAtEnd()) return `The filter '${text.slice(0, 80)}' is not valid. ${FILTER_EXAMPLE}`;
    all.push(...parsed);
  }
  return all;
};

const MAX_DEPTH = 4;

type Scanner = ReturnType<typeof scan>;

const readList = (scanner: Scanner, depth: number): Comparison[] | undefined => {
  const all: Comparison[] = [];
  do {
    const some = readTerm(scanner, depth);
    if (!some) return undefined;
    all.push(...some);
  } while (scanner.take(','));
  return all;
};

const readTerm = (scanner: Scanner, depth: number): Comparison[] | undefined => {
  const word = scanner.operator();
  if (word === undefined || !scanner.take('(')) return undefined;
  if (word !== 'and' && word !== 'not') return readComparison(scanner, word);
  if (depth >= MAX_DEPTH) return undefined;
  const inner = readList(scanner, depth + 1);
  if (!inner || !scanner.take(')')) return undefined;
  if (word === 'and') return inner;
  // The negation of several comparisons would be an `or`.
  return inner.length === 1 ? inner.map((one) => ({ ...one, isNegated: !one.isNegated })) : undefined;
};

const readComparison = (scanner: Scanner, word: string): Comparison[] | undefined => {
  const operator = comparisonOperators.find((one) => one === word);
  const field = scanner.name();
  if (!operator || field === undefined || !scanner.take(',')) return undefined;
  const isList = (operator === 'any' || operator === 'equals') && scanner.take('[');
  const values = isList ? readValues(scanner) : [scanner.value()];
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length || !scanner.take(')')) return undefined;
  return [{ field, operator: isList ? 'any' : operator, values: known, isNegated: false }];
};

const readValues = (scanner: Scanner): (FilterValue | undefined)[] => {
  const values = [scanner.value()];
  while (scanner.take(',')) values.push(scanner.value());
  return scanner.take(']') ? values : [undefined];
};

const scan = (text: string) => {
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const result = pattern.exec(text) ?? undefined;
    if (result) at = pattern.lastIndex;
    return result;
  };
  const skipSpaces = (): void => {
    match(/\s*/y);
  };
  const quoted = (): string | undefined => {
    const result = match(QUOTED);
    return result && unquote(result);
  };
  const bare = (): string | undefined => {
    const word = match(/[^,()[\]"']+/y)?.[0].trim();
    return word === '' ? undefined : word;
  };
  return {
    isAtEnd: () => text.slice(at).trim() === '',
    take: (symbol: string): boolean => {
      skipSpaces();
      if (text[at] !== symbol) return false;
      at += 1;
      return true;
    },
    operator: (): string | undefined => {
      skipSpaces();
      return match(/[a-z-]+/y)?.[0];
    },
    name: (): string | undefined => {
      skipSpaces();
      return quoted() ?? bare();
    },
    value: (): FilterValue | undefined => {
      skipSpaces();
      const own = quoted();
      if (own !== undefined) return { text: own, isQuoted: true };
      const word = bare();
      return word === undefined ? undefined : { text: word, isQuoted: false };
    },
  };
};
