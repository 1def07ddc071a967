import * as v from 'valibot';
import { type Problem, pointer } from '../../../platform/errors.ts';
import { problemText } from '../../../platform/validation/problem-text.ts';

/** One entry of a bulk request. An invalid entry does not keep the others from being applied. */
export type BulkEntry<T> = {
  /** The entry as sent, without the attributes that were left out. */
  readonly input: unknown;
} & (
  | { readonly isRead: true; readonly value: T; readonly leftOut: readonly string[] }
  | { readonly isRead: false; readonly problems: readonly Problem[] }
);

const EntryInput = v.looseObject({ attributes: v.looseObject({}) });

const MAX_DETAIL = 500;

/**
 * The schema of an entry, which returns problems instead of failing the whole request. Invalid attributes that the
 * entry does not need are left out: `optionalAttributes` lists them. In the OpenAPI document, it looks like `schema`.
 */
export const entrySchema = <const S extends v.GenericSchema>(
  schema: S,
  optionalAttributes: (input: unknown) => readonly string[] = () => [],
): v.GenericSchema<v.InferInput<S>, BulkEntry<v.InferOutput<S>>> => {
  const run = (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const first = schema['~run']({ value: dataset.value }, config);
    const optional = first.issues ? optionalAttributes(dataset.value) : [];
    const leftOut = optional.filter((name) => first.issues?.some((issue) => isAt(issue, name)));
    const cleaned = withoutAttributes(dataset.value, leftOut);
    const result = leftOut.length > 0 ? schema['~run']({ value: cleaned }, config) : first;
    const value = result.issues
      ? { input: cleaned, isRead: false, problems: result.issues.map(problemOf) }
      : { input: cleaned, isRead: true, value: result.value, leftOut };
    return { typed: true, value };
  };
  // It validates like the schema, but never fails: no type can express that.
  return { ...schema, '~run': run } as unknown as v.GenericSchema<v.InferInput<S>, BulkEntry<v.InferOutput<S>>>;
};

/** The problems of an invalid entry, with pointers into the request. */
export const validationProblems = <T>(entry: BulkEntry<T>, base: string): readonly Problem[] =>
  entry.isRead
    ? []
    : entry.problems.map(({ source, ...one }) => ({ ...one, source: { pointer: base + (source?.pointer ?? '') } }));

/** The path to the profiles in the body of a bulk job. */
export const ENTRIES_PATH = ['data', 'attributes', 'profiles', 'data'];
/** The JSON pointer to the profiles. */
export const ENTRIES_POINTER = pointer(ENTRIES_PATH);

/** The entries at a path of a parsed body that may lack any part. */
export const entriesAt = (body: unknown, path: readonly string[]): readonly BulkEntry<unknown>[] => {
  const list = path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    body,
  );
  return [list].flat().filter(isEntry);
};

const isEntry = (value: unknown): value is BulkEntry<unknown> =>
  typeof value === 'object' && value !== null && 'input' in value && 'isRead' in value;

const pathKeys = (issue: v.BaseIssue<unknown>): PropertyKey[] =>
  (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? [key] : []));

const isAt = (issue: v.BaseIssue<unknown>, attribute: string): boolean => {
  const [first, second] = pathKeys(issue);
  return first === 'attributes' && second === attribute;
};

const problemOf = (issue: v.BaseIssue<unknown>): Problem => ({
  detail: problemText(issue).slice(0, MAX_DETAIL),
  source: { pointer: pathKeys(issue).length > 0 ? pointer(pathKeys(issue)) : '' },
});

const withoutAttributes = (input: unknown, names: readonly string[]): unknown => {
  const parsed = v.safeParse(EntryInput, input);
  if (names.length === 0 || !parsed.success) return input;
  const attributes = Object.entries(parsed.output.attributes).filter(([name]) => !names.includes(name));
  return { ...parsed.output, attributes: Object.fromEntries(attributes) };
};
