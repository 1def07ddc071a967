import { isDeepStrictEqual } from 'node:util';
import type { Key } from './definition.ts';
import type { Item } from './entity.ts';
import type { Changes, Condition } from './expression.ts';

/** Whether DynamoDB would find the condition met by a stored item. */
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
      return ordered(stored, condition.value, (order) => order < 0);
    case '<=':
      return ordered(stored, condition.value, (order) => order <= 0);
    case '>':
      return ordered(stored, condition.value, (order) => order > 0);
    case '>=':
      return ordered(stored, condition.value, (order) => order >= 0);
  }
};

const ordered = (a: unknown, b: unknown, is: (order: number) => boolean): boolean => {
  if (typeof a === 'number' && typeof b === 'number') return is(a - b);
  return typeof a === 'string' && typeof b === 'string' && is(compareBytes(a, b));
};

/** DynamoDB's order of texts is that of their bytes in UTF-8. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** An item as an update leaves it. Creates a missing one. */
export const applyChanges = (item: Item | undefined, key: Key, { set = {}, remove = [], add = {} }: Changes): Item => {
  const next: Record<string, unknown> = { ...(item ?? key), ...set };
  for (const name of remove) delete next[name];
  for (const [name, more] of Object.entries(add)) next[name] = Number(item?.[name] ?? 0) + more;
  return next;
};
