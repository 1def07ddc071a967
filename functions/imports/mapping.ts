import * as v from 'valibot';

const name = v.pipe(v.string(), v.trim(), v.nonEmpty());
const DateOrder = v.picklist(['month-first', 'day-first']);
export type DateOrder = v.InferOutput<typeof DateOrder>;

/** What the owner of a file says of it: `<name>.mapping.json` beside it. */
export const Mapping = v.strictObject({
  /** What columns are called here; null leaves one out. */
  columns: v.optional(v.record(v.string(), v.nullable(name))),
  /** Columns that every row has, with what stands in them. */
  constants: v.optional(v.record(name, v.string())),
  /** How 05/06/2026 is meant. */
  dates: v.optional(DateOrder),
  /** Of events, where no column tells it. */
  metric: v.optional(name),
  /** Lines that follow each other with the same in this column are one event. */
  group_by: v.optional(name),
  /** Columns of which each line has its own: they become its item. */
  items: v.optional(v.array(name)),
  /** Holds for every consent in the file that doesn't say it itself. */
  consent: v.optional(
    v.strictObject({
      source: v.optional(name),
      /** Why these people may be written to, such as `asked for on paper at the fair`. */
      basis: v.optional(name),
      at: v.optional(v.pipe(v.string(), v.isoTimestamp('It has to be a time such as 2026-05-01T10:00:00Z.'))),
    }),
  ),
});
export type Mapping = v.InferOutput<typeof Mapping>;

/** A mapping as it was written, or everything that is wrong with it. */
export const toMapping = (text: string): Mapping | { readonly problem: string } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'The mapping beside the file is no JSON.' };
  }
  const parsed = v.safeParse(Mapping, value);
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  return { problem: `The mapping beside the file can't be used. ${problems.join(' ')}` };
};

/** The headers of a file as its mapping calls them, with those that every row has; what a row has in them. */
export const mapped = (headers: readonly string[], { columns = {}, constants = {} }: Mapping = {}) => {
  const added = Object.values(constants);
  return {
    headers: [
      ...headers.map((header) => {
        const said = Object.hasOwn(columns, header) ? columns[header] : header;
        return said ?? '';
      }),
      ...Object.keys(constants),
    ],
    cellsOf: (cells: readonly string[]): readonly string[] => (added.length === 0 ? cells : [...cells, ...added]),
  };
};
