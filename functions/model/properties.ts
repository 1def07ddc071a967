import * as v from 'valibot';
import { ExactNumber } from '../platform/json/exact-number.ts';
import { isRecord } from '../platform/json/is-record.ts';
import { toIssue } from '../platform/validation/issue.ts';

/** Free-form JSON that callers attach to events and profiles. */
export type Properties = Readonly<Record<string, unknown>>;

export interface PropertyLimits {
  /** The most members of the outermost object. */
  readonly count: number;
  /** The most UTF-8 bytes of one string. */
  readonly stringBytes: number;
  readonly arrayLength: number;
  /** The most digits of one number, including sign and point. */
  readonly digits: number;
  /** The deepest nesting of objects and arrays. */
  readonly depth: number;
}

/** The limits of Klaviyo's API (revision 2026-07-15), so that everything it accepts is accepted here. */
export const propertyLimits: PropertyLimits = {
  count: 400,
  stringBytes: 100 * 1024,
  arrayLength: 4_000,
  digits: 1_000,
  depth: 10,
};

/** An object of any JSON within limits. Reports each member that exceeds one. */
export const properties = (limits: PropertyLimits = propertyLimits) =>
  v.pipe(
    v.custom<Properties>(isRecord, 'It has to be an object of properties.'),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { value } = dataset;
      for (const problem of findProblems(value, limits)) addIssue(toIssue(problem));
    }),
  );

/**
 * Limits the size as JSON. Checked only if there are no other issues: a value beyond the nesting limit can be too deep
 * to serialize.
 */
export const withinBytes = <T>(bytes: number, message: string) =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.issues) return;
    if (Buffer.byteLength(JSON.stringify(dataset.value)) > bytes) addIssue({ message });
  });

interface PropertyProblem {
  readonly message: string;
  readonly path: readonly string[];
}

const findProblems = (value: Properties, limits: PropertyLimits): PropertyProblem[] => {
  const problems: PropertyProblem[] = [];
  const count = Object.keys(value).length;
  if (count > limits.count)
    problems.push({ message: `${count} properties; at most ${limits.count} are allowed.`, path: [] });
  collectProblems(value, undefined, limits, problems);
  return problems;
};

/** Enough to correct a request. A hostile one has a hundred thousand problems. */
const MAX_REPORTED = 50;

interface Place {
  readonly key: string;
  readonly within: Place | undefined;
  readonly depth: number;
}

const pathTo = (place: Place | undefined): string[] => (place ? [...pathTo(place.within), place.key] : []);

const collectProblems = (
  value: unknown,
  place: Place | undefined,
  limits: PropertyLimits,
  problems: PropertyProblem[],
): void => {
  if (problems.length >= MAX_REPORTED) return;
  const report = (message: string) => problems.push({ message, path: pathTo(place) });
  if (typeof value === 'string') {
    // A string of n characters has at most 3n bytes, so that most need no counting.
    const bytes = value.length * 3 <= limits.stringBytes ? 0 : Buffer.byteLength(value);
    if (bytes > limits.stringBytes) report(`A string of ${bytes} bytes; at most ${limits.stringBytes} are allowed.`);
    return;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) report('This number is too large.');
  if (value instanceof ExactNumber && value.text.length > limits.digits)
    report(`A number of ${value.text.length} digits; at most ${limits.digits} are allowed.`);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return;
  const depth = place ? place.depth : 0;
  if (depth >= limits.depth) {
    report(`Nested deeper than ${limits.depth} levels.`);
    return;
  }
  if (Array.isArray(value) && value.length > limits.arrayLength) {
    report(`A list of ${value.length}; at most ${limits.arrayLength} are allowed.`);
    return;
  }
  for (const key of Object.keys(value)) {
    const childPlace = { key, within: place, depth: depth + 1 };
    collectProblems(value[key as keyof typeof value], childPlace, limits, problems);
  }
};

/** Sets a member by any name. Assigning to `__proto__` would not create a member. */
export const setMember = (target: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
};
