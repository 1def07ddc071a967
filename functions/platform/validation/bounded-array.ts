import * as v from 'valibot';

/**
 * The most problems that one response reports. A response has at most 6 MB, and each of ten thousand rows can have
 * several problems.
 */
export const MAX_REPORTED = 1_000;

interface Bounds {
  readonly max: number;
  readonly tooMany: (count: number) => string;
  /** @default 0 */
  readonly min?: number;
  readonly tooFew?: string;
  /** Counts what `max` limits. It receives unchecked elements. @default the length */
  readonly countOf?: (elements: readonly unknown[]) => number;
}

const lengthOf = ({ length }: readonly unknown[]): number => length;

/**
 * An array in a request. The length is checked before any element, and checking stops once there are more problems than
 * a response reports: a body of two million wrong elements costs as little as one of a thousand. Request schemas use it
 * instead of `v.array`; a test checks this for all declared routes.
 */
export const boundedArray = <const Item extends v.GenericSchema>(
  item: Item,
  { max, tooMany, min = 0, tooFew, countOf = lengthOf }: Bounds,
) => {
  const base = v.array(item);
  const run: (typeof base)['~run'] = (dataset, config) => {
    const input = dataset.value;
    if (!Array.isArray(input)) return base['~run'](dataset, config);
    const count = countOf(input);
    if (count > max) return rejectArray(input, tooMany(count), config);
    return checkElements(item, input, config);
  };
  return v.pipe(
    { ...base, '~run': run },
    v.minLength(min, tooFew ?? `At least ${min} are needed.`),
    // Never fails, since `run` has checked the length. It is here for the OpenAPI document.
    v.maxLength(max),
  );
};

type Dataset<Item extends v.GenericSchema> = v.OutputDataset<
  v.InferOutput<v.ArraySchema<Item, undefined>>,
  v.InferIssue<v.ArraySchema<Item, undefined>>
>;

const rejectArray = <Item extends v.GenericSchema>(
  input: readonly unknown[],
  message: string,
  config: v.Config<v.BaseIssue<unknown>>,
): Dataset<Item> => v.custom<never>(() => false, message)['~run']({ value: input }, config) as Dataset<Item>;

/** Checks elements as `v.array` does, up to the limit of problems. */
const checkElements = <Item extends v.GenericSchema>(
  item: Item,
  input: readonly unknown[],
  config: v.Config<v.BaseIssue<unknown>>,
): Dataset<Item> => {
  const value: unknown[] = [];
  const issues: v.BaseIssue<unknown>[] = [];
  let typed = true;
  for (const [key, element] of input.entries()) {
    const result = item['~run']({ value: element }, config);
    for (const issue of result.issues ?? []) {
      const pathItem = { type: 'array', origin: 'value', input, key, value: element } as const;
      issues.push({ ...issue, path: [pathItem, ...(issue.path ?? [])] });
    }
    if (!result.typed) typed = false;
    value.push(result.value);
    if (issues.length > MAX_REPORTED) {
      typed = false;
      break;
    }
  }
  const [first, ...more] = issues;
  // The item schema has checked each element and created each issue. The type system cannot express that.
  return { typed, value, ...(first && { issues: [first, ...more] }) } as Dataset<Item>;
};
