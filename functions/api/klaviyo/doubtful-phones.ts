import { doubtfulPhonesOf } from '../../model/checks.ts';
import { pointer } from '../../platform/errors.ts';

const HEADER = 'Tributary-Doubtful';
/** The most pointers in the header, which has a size limit. */
const MAX_LISTED = 20;

type Path = readonly (string | number)[];

/** Finds the paths of phone numbers in a body. Skips custom properties, whose names callers choose. */
const findPaths = (value: unknown, numbers: ReadonlySet<string>, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [];
  // The parsed entry of a bulk request wraps the value that was sent at this place.
  if ('isRead' in value && 'value' in value) return findPaths(value.value, numbers, path);
  return Object.entries(value).flatMap(([name, member]): Path[] => {
    if (name === 'phone_number' && typeof member === 'string' && numbers.has(member)) return [[...path, name]];
    return name === 'properties' ? [] : findPaths(member, numbers, [...path, name]);
  });
};

/** Reports where a request has accepted phone numbers outside of all known numbering plans. */
export const doubtfulPhoneHeaders = (body: unknown): Readonly<Record<string, string>> => {
  const numbers = doubtfulPhonesOf(body);
  if (!numbers) return {};
  const pointers = findPaths(body, numbers).map((path) => pointer(path));
  const suffix = pointers.length > MAX_LISTED ? [`and ${pointers.length - MAX_LISTED} more`] : [];
  return { [HEADER]: [...pointers.slice(0, MAX_LISTED), ...suffix].join(', ') };
};
