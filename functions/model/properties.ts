import * as v from 'valibot';
import { ExactNumber } from '../platform/json/exact-number.ts';
import { toIssue } from '../platform/validation/issue.ts';

/** Free-form JSON that callers attach to events and profiles. */
export type Properties = Readonly<Record<string, unknown>>;

export interface PropertyLimits {
  /** Members of the outermost object. */
  readonly count: number;
  /** UTF-8 bytes of one string. */
  readonly stringBytes: number;
  readonly arrayLength: number;
  /** Of one number, with its sign and point. */
  readonly digits: number;
  /** Objects and arrays within each other. */
  readonly depth: number;
}

/** Numbers from Klaviyo's API (revision 2026-07-15), so that what it takes is taken here. */
export const propertyLimits: PropertyLimits = {
  count: 400,
  stringBytes: 100 * 1024,
  arrayLength: 4_000,
  digits: 1_000,
  depth: 10,
};

/** An object of any JSON within limits; each member that passes one is pointed at. */
export const properties = (limits: PropertyLimits = propertyLimits) =>
  v.pipe(
    v.custom<Properties>(isObject, 'It has to be an object of properties.'),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { value } = dataset;
      for (const found of problemsOf(value, limits)) addIssue(toIssue(found));
    }),
  );

/** As JSON. Only counted where all else holds: what is nested too deep for its limit can be too deep to be written. */
export const withinBytes = <T>(bytes: number, message: string) =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.issues) return;
    if (Buffer.byteLength(JSON.stringify(dataset.value)) > bytes) addIssue({ message });
  });

interface Found {
  readonly message: string;
  readonly path: readonly string[];
}

const problemsOf = (value: Properties, limits: PropertyLimits): Found[] => {
  const found: Found[] = [];
  const count = Object.keys(value).length;
  if (count > limits.count)
    found.push({ message: `${count} properties; at most ${limits.count} are taken.`, path: [] });
  inspect(value, undefined, limits, found);
  return found;
};

/** Enough to mend a request by; a hostile one has a hundred thousand. */
const MAX_REPORTED = 50;

interface Place {
  readonly key: string;
  readonly within: Place | undefined;
  readonly depth: number;
}

const pathTo = (place: Place | undefined): string[] => (place ? [...pathTo(place.within), place.key] : []);

const inspect = (value: unknown, place: Place | undefined, limits: PropertyLimits, found: Found[]): void => {
  if (found.length >= MAX_REPORTED) return;
  const problem = (message: string) => found.push({ message, path: pathTo(place) });
  if (typeof value === 'string') {
    // A string of n characters has n to 3n bytes, so most need no count.
    const bytes = value.length * 3 <= limits.stringBytes ? 0 : Buffer.byteLength(value);
    if (bytes > limits.stringBytes) problem(`A string of ${bytes} bytes; at most ${limits.stringBytes} are taken.`);
    return;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) problem('This number is too large to be kept.');
  if (value instanceof ExactNumber && value.text.length > limits.digits)
    problem(`A number of ${value.text.length} digits; at most ${limits.digits} are kept.`);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return;
  const depth = place ? place.depth : 0;
  if (depth >= limits.depth) {
    problem(`Nested deeper than ${limits.depth} levels.`);
    return;
  }
  if (Array.isArray(value) && value.length > limits.arrayLength) {
    problem(`A list of ${value.length}; at most ${limits.arrayLength} are taken.`);
    return;
  }
  for (const key of Object.keys(value)) {
    const within = { key, within: place, depth: depth + 1 };
    inspect(value[key as keyof typeof value], within, limits, found);
  }
};

/** Sets a member by any name: an assignment to `__proto__` would set no member. */
export const setMember = (of: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === '__proto__')
    Object.defineProperty(of, name, { value, enumerable: true, configurable: true, writable: true });
  else of[name] = value;
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
