import { type Properties, propertyLimits, setMember } from '../../../model/properties.ts';
import { ApiError } from '../../../platform/errors.ts';
import { ExactNumber } from '../../../platform/json/exact-number.ts';
import type { PatchProperties } from './profile.ts';
import { partPointers } from './profile-parts.ts';

/** The properties after `append`, `unappend` and `unset`. Work grows with the lengths of the lists, not with their product. */
export const patchProperties = (current: Properties, patch: PatchProperties | undefined): Properties => {
  if (!patch) return current;
  const { append = {}, unappend = {}, unset = [] } = patch;
  const next: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(append)) {
    if (value !== null) setMember(next, name, appended(listOf(own(next, name)), listOf(value)));
  }
  for (const [name, value] of Object.entries(unappend)) {
    const before = own(next, name);
    if (before === undefined) continue;
    const gone = new Set(listOf(value).map(keyOf));
    setMember(
      next,
      name,
      listOf(before).filter((element) => !gone.has(keyOf(element))),
    );
  }
  for (const name of unset) delete next[name];
  return next;
};

/** What a list has already is not appended again. */
const appended = (list: readonly unknown[], more: readonly unknown[]): unknown[] => {
  const seen = new Set(list.map(keyOf));
  const added = more.filter((element) => {
    const key = keyOf(element);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [...list, ...added];
};

/** Lists that have come to be longer than a request may send one. */
export const overlongLists = (properties: Properties, { append = {} }: PatchProperties = {}): string[] =>
  Object.keys(append).filter((name) => listOf(own(properties, name)).length > propertyLimits.arrayLength);

export const overlong = ([name = '']: readonly string[]): ApiError =>
  new ApiError('invalid', {
    detail: `The list '${name.slice(0, 100)}' would have more than ${propertyLimits.arrayLength} elements. Remove some by unappend, or set it anew.`,
    source: { pointer: partPointers.properties },
  });

/** A property may be named as something that every object has, such as `toString`. */
const own = (of: Properties, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** One text for all that is deeply equal: JSON with the members of objects by name. */
const keyOf = (value: unknown): string => JSON.stringify(sorted(value)) ?? '';

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(sorted);
  // An array of pairs, as an object would put names that are numbers first. No list is equal to it.
  return {
    of: Object.entries(value)
      .map(([name, member]) => [name, sorted(member)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
};
