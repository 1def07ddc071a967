import { doubtfulPhonesOf } from '../../model/checks.ts';
import { pointer } from '../../platform/errors.ts';

const HEADER = 'Tributary-Doubtful';
/** At most this many are listed: a header has a size limit. */
const MAX_TOLD = 20;

type Path = readonly (string | number)[];

/** Where a body has these phone numbers. What callers name themselves is not looked into. */
const placesOf = (value: unknown, numbers: ReadonlySet<string>, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [];
  // An entry of a bulk request, as it was read, stands in the place where it was sent.
  if ('isRead' in value && 'value' in value) return placesOf(value.value, numbers, path);
  return Object.entries(value).flatMap(([name, member]): Path[] => {
    if (name === 'phone_number' && typeof member === 'string' && numbers.has(member)) return [[...path, name]];
    return name === 'properties' ? [] : placesOf(member, numbers, [...path, name]);
  });
};

/** Tells where in a request phone numbers were taken that no known numbering plan has. */
export const doubtHeaders = (body: unknown): Readonly<Record<string, string>> => {
  const numbers = doubtfulPhonesOf(body);
  if (!numbers) return {};
  const places = placesOf(body, numbers).map((path) => pointer(path));
  const more = places.length > MAX_TOLD ? [`and ${places.length - MAX_TOLD} more`] : [];
  return { [HEADER]: [...places.slice(0, MAX_TOLD), ...more].join(', ') };
};
