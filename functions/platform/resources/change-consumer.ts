import * as v from 'valibot';

export const changeKinds = ['inserted', 'updated', 'removed'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** The settings of one consumer of changes. CDK passes those of every `change` trigger to the stream reader. */
export const ChangeConsumer = v.object({
  /** The service and its queue: `archive-changes`. */
  name: v.string(),
  url: v.string(),
  kinds: v.array(v.picklist(changeKinds)),
  sortKeyPrefixes: v.optional(v.array(v.string())),
  types: v.optional(v.array(v.string())),
  images: v.picklist(['before', 'after', 'both', 'none']),
  /** The attributes of the images to send. @default all */
  attributes: v.optional(v.array(v.string())),
  isOrdered: v.boolean(),
  lanes: v.optional(v.number()),
});
export type ChangeConsumer = v.InferOutput<typeof ChangeConsumer>;
export type Images = ChangeConsumer['images'];
