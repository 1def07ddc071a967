import * as v from 'valibot';

/** Problems that one answer reports. It has 6 MB at most, and ten thousand rows can each have several problems. */
export const MAX_REPORTED = 1_000;

interface Bounds {
  readonly max: number;
  readonly tooMany: (count: number) => string;
  /** @default 0 */
  readonly min?: number;
  readonly tooFew?: string;
  /** What `max` limits, where that is not the length. Sees elements that nobody has checked. */
  readonly countOf?: (elements: readonly unknown[]) => number;
}

const lengthOf = ({ length }: readonly unknown[]): number => length;

/**
 * The array of a request. Its length is checked before any element, and checking stops once more problems are found than
 * an answer reports: a body of two million wrong elements costs as little as one of a thousand. Request schemas use this
 * in place of `v.array`; a test over all declared routes holds them to that.
 */
export const boundedArray = <const Item extends v.GenericSchema>(
  item: Item,
  { max, tooMany, min = 0, tooFew, countOf = lengthOf }: Bounds,
) => {
  const whole = v.array(item);
  const run: (typeof whole)['~run'] = (dataset, config) => {
    const input = dataset.value;
    if (!Array.isArray(input)) return whole['~run'](dataset, config);
    const count = countOf(input);
    if (count > max) return refused(input, tooMany(count), config);
    return checked(item, input, config);
  };
  return v.pipe(
    { ...whole, '~run': run },
    v.minLength(min, tooFew ?? `At least ${min} are needed.`),
    // Never fails, as `run` has looked: it is here for the OpenAPI document.
    v.maxLength(max),
  );
};

type Dataset<Item extends v.GenericSchema> = v.OutputDataset<
  v.InferOutput<v.ArraySchema<Item, undefined>>,
  v.InferIssue<v.ArraySchema<Item, undefined>>
>;

const refused = <Item extends v.GenericSchema>(
  input: readonly unknown[],
  message: string,
  config: v.Config<v.BaseIssue<unknown>>,
): Dataset<Item> => v.custom<never>(() => false, message)['~run']({ value: input }, config) as Dataset<Item>;

/** As `v.array` does, up to the limit of problems. */
const checked = <Item extends v.GenericSchema>(
  item: Item,
  input: readonly unknown[],
  config: v.Config<v.BaseIssue<unknown>>,
): Dataset<Item> => {
  const value: unknown[] = [];
  const issues: v.BaseIssue<unknown>[] = [];
  let typed = true;
  for (const [key, element] of input.entries()) {
    const one = item['~run']({ value: element }, config);
    for (const issue of one.issues ?? []) {
      const place = { type: 'array', origin: 'value', input, key, value: element } as const;
      issues.push({ ...issue, path: [place, ...(issue.path ?? [])] });
    }
    if (!one.typed) typed = false;
    value.push(one.value);
    if (issues.length > MAX_REPORTED) {
      typed = false;
      break;
    }
  }
  const [first, ...more] = issues;
  // The item has checked each element of the value, and made each of the issues: no type can tell that.
  return { typed, value, ...(first && { issues: [first, ...more] }) } as Dataset<Item>;
};
