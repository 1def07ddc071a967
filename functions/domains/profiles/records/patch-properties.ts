import { type Properties, propertyLimits, setMember } from '../../../model/properties.ts';
import { ApiError } from '../../../platform/errors.ts';
import { ExactNumber } from '../../../platform/json/exact-number.ts';
import type { PatchProperties } from './profile.ts';
import { partPointers } from './profile-parts.ts';

/**
 * Applies `append`, `unappend` and `unset` to properties. The work grows with the sum of the list lengths, not with
 * their product.
 */
export const patchProperties = (current: Properties, patch: PatchProperties | undefined): Properties => {
  if (!patch) return current;
  const { append = {}, unappend = {}, unset = [] } = patch;
  const next: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(append)) {
    if (value !== null) setMember(next, name, appendUnique(asList(ownValue(next, name)), asList(value)));
  }
  for (const [name, value] of Object.entries(unappend)) {
    const before = ownValue(next, name);
    if (before === undefined) continue;
    const removedKeys = new Set(asList(value).map(comparisonKey));
    setMember(
      next,
      name,
      asList(before).filter((element) => !removedKeys.has(comparisonKey(element))),
    );
  }
  for (const name of unset) delete next[name];
  return next;
};

/** Skips elements that the list already has. */
const appendUnique = (list: readonly unknown[], more: readonly unknown[]): unknown[] => {
  const seen = new Set(list.map(comparisonKey));
  const added = more.filter((element) => {
    const key = comparisonKey(element);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [...list, ...added];
};

/** The names of lists that have grown longer than a request may send one. */
export const overlongLists = (properties: Properties, { append = {} }: PatchProperties = {}): string[] =>
  Object.keys(append).filter((name) => asList(ownValue(properties, name)).length > propertyLimits.arrayLength);

export const listTooLongError = ([name = '']: readonly string[]): ApiError =>
  new ApiError('invalid', {
    detail: `The list '${name.slice(0, 100)}' would have more than ${propertyLimits.arrayLength} elements. Remove some with unappend, or replace the list.`,
    source: { pointer: partPointers.properties },
  });

/** A property may have the name of an inherited member, such as `toString`. */
const ownValue = (of: Properties, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The same text for all deeply equal values: JSON with sorted members. */
const comparisonKey = (value: unknown): string => JSON.stringify(sortMembers(value)) ?? '';

const sortMembers = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(sortMembers);
  // An array of pairs, since an object would move numeric names to the front. No list is equal to it.
  return {
    of: Object.entries(value)
      .map(([name, member]) => [name, sortMembers(member)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
};
