import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { type Merge, mergeIdOf } from '../../../domains/profiles/merge/store.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

const Identifier = v.object({ kind: v.string(), value: v.string() });

export const MergeView = v.partial(
  v.object({
    destination_id: v.string(),
    source_id: v.string(),
    cause: v.picklist(['request', 'automatic']),
    key_id: v.nullable(v.string()),
    merged_at: v.string(),
    /** Identifiers that moved from the source to the destination. */
    moved: v.array(Identifier),
    /** Identifiers that were dropped because of the limit per profile. */
    dropped: v.array(Identifier),
    undone_at: v.nullable(v.string()),
    /** Identifiers that could not be restored, with the profile they belonged to and the profile that has them now. */
    not_restored: v.array(v.object({ ...Identifier.entries, profile_id: v.string(), held_by: v.string() })),
  }),
);

export const mergeView = (merge: Merge, context: Pick<Context, 'origin'>, fields?: Selection['fields']): Resource => {
  const { destination, source, cause, keyId, at, moved, dropped, undone } = merge;
  return resource(
    {
      type: 'profile-merge',
      id: mergeIdOf(merge),
      path: '/api/profile-merges',
      attributes: {
        destination_id: destination,
        source_id: source,
        cause,
        key_id: keyId ?? null,
        merged_at: at,
        moved,
        dropped,
        undone_at: undone?.at ?? null,
        not_restored: (undone?.lost ?? []).map(({ kind, value, of, owner }) => ({
          kind,
          value,
          profile_id: of,
          held_by: owner,
        })),
      },
    },
    context,
    fields,
  );
};
