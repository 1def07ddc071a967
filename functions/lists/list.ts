import * as v from 'valibot';

/** Ids come from callers: shops bring the ids that their lists had elsewhere. */
export const ListId = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('The id of the list is empty.'),
  v.maxBytes(255, 'The id of a list has at most 255 bytes.'),
);

export const List = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  created: v.string(),
  updated: v.string(),
});
export type List = v.InferOutput<typeof List>;

/** Being on a list says nothing of consent. */
export const Membership = v.object({
  account: v.string(),
  listId: v.string(),
  profileId: v.string(),
  joinedAt: v.string(),
});
export type Membership = v.InferOutput<typeof Membership>;
