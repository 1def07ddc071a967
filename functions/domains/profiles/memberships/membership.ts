import * as v from 'valibot';

/** Being on a list says nothing of consent. */
export const Membership = v.object({
  account: v.string(),
  listId: v.string(),
  profileId: v.string(),
  joinedAt: v.string(),
  /** What made them join, such as a row of an import. */
  by: v.optional(v.string()),
  /** When the person last agreed to be on it; absent where only the shop put them there. */
  consentedAt: v.optional(v.string()),
  /** The person is on the list by another profile of theirs too, which joined before and is the one that counts. */
  isDouble: v.optional(v.boolean()),
});
export type Membership = v.InferOutput<typeof Membership>;
