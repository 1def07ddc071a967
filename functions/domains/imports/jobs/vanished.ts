import * as v from 'valibot';

/** How far a whole file is compared with what is stored. */
export const Vanished = v.object({
  /** `unreadable`: it is not known what the file names. */
  stage: v.picklist(['find', 'unpublish', 'unreadable']),
  object: v.picklist(['item', 'variant']),
  cursor: v.optional(v.string()),
  /** The number of parts with what has vanished that are not applied. */
  part: v.number(),
  /** What is published, and how much of it the file does not name. */
  known: v.number(),
  missing: v.number(),
});
export type Vanished = v.InferOutput<typeof Vanished>;
