import * as v from 'valibot';
import { type Problem, pointer } from '../../../platform/errors.ts';
import { problemText } from '../../../platform/validation/problem-text.ts';

/** One entry of a bulk request. One that is wrong keeps no other from being applied. */
export type Entry<T> = {
  /** As it was sent, without what was left out. */
  readonly given: unknown;
} & (
  | { readonly isRead: true; readonly value: T; readonly leftOut: readonly string[] }
  | { readonly isRead: false; readonly problems: readonly Problem[] }
);

const Given = v.looseObject({ attributes: v.looseObject({}) });

const MAX_DETAIL = 500;

/**
 * An entry by a schema, with what is wrong with it in place of a failure of the whole request. Attributes that the entry
 * doesn't need are left out where they are wrong: `unneeded` names them. For the OpenAPI document it is the schema.
 */
export const entryOf = <const S extends v.GenericSchema>(
  schema: S,
  unneeded: (given: unknown) => readonly string[] = () => [],
): v.GenericSchema<v.InferInput<S>, Entry<v.InferOutput<S>>> => {
  const run = (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const first = schema['~run']({ value: dataset.value }, config);
    const may = first.issues ? unneeded(dataset.value) : [];
    const leftOut = may.filter((name) => first.issues?.some((issue) => isAt(issue, name)));
    const given = without(dataset.value, leftOut);
    const read = leftOut.length > 0 ? schema['~run']({ value: given }, config) : first;
    const value = read.issues
      ? { given, isRead: false, problems: read.issues.map(problemOf) }
      : { given, isRead: true, value: read.value, leftOut };
    return { typed: true, value };
  };
  // It reads as the schema does, and never fails: no type can tell that.
  return { ...schema, '~run': run } as unknown as v.GenericSchema<v.InferInput<S>, Entry<v.InferOutput<S>>>;
};

/** What kept an entry from being read, by its place in the request. */
export const problemsOfEntry = <T>(entry: Entry<T>, base: string): readonly Problem[] =>
  entry.isRead
    ? []
    : entry.problems.map(({ source, ...one }) => ({ ...one, source: { pointer: base + (source?.pointer ?? '') } }));

/** The steps to the profiles in the body of a bulk job. */
export const ENTRIES = ['data', 'attributes', 'profiles', 'data'];
/** The pointer to them. */
export const LIST = pointer(ENTRIES);

/** The entries in a parsed body that may lack any part, by the steps that lead to them. */
export const entriesAt = (body: unknown, path: readonly string[]): readonly Entry<unknown>[] => {
  const found = path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    body,
  );
  return [found].flat().filter(isEntry);
};

const isEntry = (value: unknown): value is Entry<unknown> =>
  typeof value === 'object' && value !== null && 'given' in value && 'isRead' in value;

const keysOf = (issue: v.BaseIssue<unknown>): PropertyKey[] =>
  (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : []));

const isAt = (issue: v.BaseIssue<unknown>, attribute: string): boolean => {
  const [first, second] = keysOf(issue);
  return first === 'attributes' && second === attribute;
};

const problemOf = (issue: v.BaseIssue<unknown>): Problem => ({
  detail: problemText(issue).slice(0, MAX_DETAIL),
  source: { pointer: keysOf(issue).length > 0 ? pointer(keysOf(issue)) : '' },
});

const without = (given: unknown, names: readonly string[]): unknown => {
  const read = v.safeParse(Given, given);
  if (names.length === 0 || !read.success) return given;
  const attributes = Object.entries(read.output.attributes).filter(([name]) => !names.includes(name));
  return { ...read.output, attributes: Object.fromEntries(attributes) };
};
