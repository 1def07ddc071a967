import * as v from 'valibot';

/** A profile on a list. A membership says nothing about consent. */
export const Membership = v.object({
  account: v.string(),
  listId: v.string(),
  profileId: v.string(),
  joinedAt: v.string(),
  /** What added them, such as a row of an import. */
  by: v.optional(v.string()),
  /** When the person last agreed to be on the list. Absent if only the shop added them. */
  consentedAt: v.optional(v.string()),
  /** The person is also on the list by another of their profiles, which joined earlier and is counted. */
  isDouble: v.optional(v.boolean()),
});
export type Membership = v.InferOutput<typeof Membership>;
