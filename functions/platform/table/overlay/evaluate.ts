import { isDeepStrictEqual } from 'node:util';
import type { Key } from '../definition.ts';
import type { Item } from '../entity.ts';
import type { Changes, Condition } from '../expression.ts';

/** Whether a stored item meets a condition, as DynamoDB evaluates it. */
export const isConditionMet = (condition: Condition | undefined, item: Item | undefined): boolean => {
  if (condition === undefined) return true;
  if (condition === 'absent') return item === undefined;
  if (condition === 'present') return item !== undefined;
  if ('all' in condition) return condition.all.every((one) => isConditionMet(one, item));
  if ('any' in condition) return condition.any.some((one) => isConditionMet(one, item));
  const stored = item?.[condition.attribute];
  switch (condition.is) {
    case 'missing':
      return stored === undefined;
    case 'set':
      return stored !== undefined;
    case '=':
      return stored !== undefined && isDeepStrictEqual(stored, condition.value);
    // A missing attribute differs from every value.
    case '<>':
      return !isDeepStrictEqual(stored, condition.value);
    case '<':
      return isOrdered(stored, condition.value, (order) => order < 0);
    case '<=':
      return isOrdered(stored, condition.value, (order) => order <= 0);
    case '>':
      return isOrdered(stored, condition.value, (order) => order > 0);
    case '>=':
      return isOrdered(stored, condition.value, (order) => order >= 0);
  }
};

const isOrdered = (a: unknown, b: unknown, matches: (order: number) => boolean): boolean => {
  if (typeof a === 'number' && typeof b === 'number') return matches(a - b);
  return typeof a === 'string' && typeof b === 'string' && matches(compareBytes(a, b));
};

/** DynamoDB orders strings by their UTF-8 bytes. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Applies an update to an item. Creates a missing item. */
export const applyChanges = (item: Item | undefined, key: Key, { set = {}, remove = [], add = {} }: Changes): Item => {
  const next: Record<string, unknown> = { ...(item ?? key), ...set };
  for (const name of remove) delete next[name];
  for (const [name, more] of Object.entries(add)) next[name] = Number(item?.[name] ?? 0) + more;
  return next;
};
