import { type EventContent, propertyOf, toDimensions } from './dimensions.ts';
import type { Comparison, FilterValue } from './filters.ts';

/** What an event must have to be counted. */
export type Condition = (event: EventContent) => boolean;

/** Whether an event matches a comparison by any property. A list matches if one of its elements does. */
export const conditionOf = ({ field, operator, values, isNegated }: Comparison): Condition => {
  const matches = (actual: string): boolean => values.some((value) => compare(operator, actual, value));
  return (event) => toDimensions(propertyOf(event, field)).some(matches) !== isNegated;
};

const compare = (operator: Comparison['operator'], actual: string, { text, isQuoted }: FilterValue): boolean => {
  switch (operator) {
    case 'equals':
    case 'any':
      return actual === text || (!isQuoted && order(actual, text) === 0);
    case 'contains':
      return actual.includes(text);
    case 'starts-with':
      return actual.startsWith(text);
    case 'ends-with':
      return actual.endsWith(text);
    case 'greater-than':
      return order(actual, text) > 0;
    case 'greater-or-equal':
      return order(actual, text) >= 0;
    case 'less-than':
      return order(actual, text) < 0;
    case 'less-or-equal':
      return order(actual, text) <= 0;
  }
};

/** Orders numbers by size and other texts by characters. An absent value has no order. */
const order = (a: string, b: string): number => {
  if (a === '') return Number.NaN;
  const [x, y] = [Number(a), Number(b)];
  // What is no number is neither more nor less than one.
  if (b.trim() !== '' && Number.isFinite(y)) return x - y;
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
