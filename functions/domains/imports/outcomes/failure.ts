import * as v from 'valibot';
import { RowCode } from './row-codes.ts';

/** One row that was not imported, and why; or that was imported in part, with notes. */
export const Failure = v.object({
  row: v.number(),
  problems: v.array(v.object({ column: v.optional(v.string()), code: RowCode, message: v.string() })),
  /** As it stands in the file, without its line end. */
  original: v.string(),
});
export type Failure = v.InferOutput<typeof Failure>;
