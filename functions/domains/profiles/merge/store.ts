import * as v from 'valibot';
import { Alias } from '../../../model/identity.ts';
import { profilePk } from '../../../model/partition.ts';
import { entity } from '../../../platform/table/entity.ts';

const Lost = v.object({ ...Alias.entries, of: v.string(), owner: v.string() });

/** The journal of one merge. It only changes when the merge is undone. */
export const Merge = v.object({
  account: v.string(),
  /** A ULID, unique under its destination. */
  id: v.string(),
  destination: v.string(),
  source: v.string(),
  at: v.string(),
  /** By request, or because a call named both profiles. */
  cause: v.picklist(['request', 'automatic']),
  keyId: v.optional(v.string()),
  /** Identifiers of the source that moved to the destination. */
  moved: v.array(Alias),
  /** Identifiers above the limit. */
  dropped: v.array(Alias),
  undone: v.optional(v.object({ at: v.string(), keyId: v.optional(v.string()), lost: v.array(Lost) })),
});
export type Merge = v.InferOutput<typeof Merge>;

export const MERGES = 'MERGE#';

export const merges = entity({
  type: 'profile_merge',
  schema: Merge,
  key: ({ account, destination, id }: Pick<Merge, 'account' | 'destination' | 'id'>) => ({
    pk: profilePk(account, destination),
    sk: `${MERGES}${id}`,
  }),
});

/**
 * Marks that a merge of this profile was undone. The journal, under the other profile, still names identifiers of this
 * one.
 */
export const undoings = entity({
  type: 'profile_merge_undone',
  schema: v.object({ account: v.string(), source: v.string(), destination: v.string(), id: v.string() }),
  key: ({ account, source, id }: { readonly account: string; readonly source: string; readonly id: string }) => ({
    pk: profilePk(account, source),
    sk: `${UNDONE}${id}`,
  }),
});

export const UNDONE = 'UNDONE#';

const ID_LENGTH = 26;

/** The public id is the key: the destination, and the ULID of the merge. */
export const mergeIdOf = ({ destination, id }: Pick<Merge, 'destination' | 'id'>): string => destination + id;

export const mergeKeyOf = (id: string): Pick<Merge, 'destination' | 'id'> | undefined =>
  /^[0-9A-Za-z_-]{27,90}$/.test(id) ? { destination: id.slice(0, -ID_LENGTH), id: id.slice(-ID_LENGTH) } : undefined;
