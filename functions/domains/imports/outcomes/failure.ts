import * as v from 'valibot';
import { RowCode } from './row-codes.ts';

/** A row that was not imported, with its problems, or one with notes. */
export const Failure = v.object({
  row: v.number(),
  problems: v.array(v.object({ column: v.optional(v.string()), code: RowCode, message: v.string() })),
  /** The text as in the file, without its line end. */
  original: v.string(),
});
export type Failure = v.InferOutput<typeof Failure>;
