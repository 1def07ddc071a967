/** The operators that compare a field with values. */
export const comparisonOperators = [
  'equals',
  'any',
  'contains',
  'starts-with',
  'ends-with',
  'greater-than',
  'greater-or-equal',
  'less-than',
  'less-or-equal',
] as const;

/**
 * A quote ends a value only before a comma, a bracket or the end: clients put texts such as `o'brien@example.com` into
 * single quotes without escaping.
 */
export const QUOTED = /"((?:[^"\\]|\\.|"(?!\s*(?:[,)\]]|$)))*)"|'((?:[^'\\]|\\.|'(?!\s*(?:[,)\]]|$)))*)'/sy;

/** The text between the quotes that `QUOTED` found. */
export const unquote = ([, double, single]: RegExpExecArray): string =>
  (double ?? single ?? '').replace(/\\(.)/gs, '$1');
