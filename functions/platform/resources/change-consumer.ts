import * as v from 'valibot';

export const changeKinds = ['inserted', 'updated', 'removed'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Who is sent changes, and which: what CDK makes of a domain's `change` trigger for the reader of the stream. */
export const ChangeConsumer = v.object({
  /** `archive-changes`: the domain and its queue. */
  name: v.string(),
  url: v.string(),
  kinds: v.array(v.picklist(changeKinds)),
  sortKeyPrefixes: v.optional(v.array(v.string())),
  types: v.optional(v.array(v.string())),
  images: v.picklist(['before', 'after', 'both', 'none']),
  isOrdered: v.boolean(),
});
export type ChangeConsumer = v.InferOutput<typeof ChangeConsumer>;
export type Images = ChangeConsumer['images'];
