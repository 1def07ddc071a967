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
    /** Identifiers of the source, the destination's while the merge holds. */
    moved: v.array(Identifier),
    /** There was no room for these. */
    dropped: v.array(Identifier),
    undone_at: v.nullable(v.string()),
    /** Identifiers that have gone to somebody else since, by whom they were to go back to and who has them. */
    not_restored: v.array(v.object({ ...Identifier.entries, profile_id: v.string(), held_by: v.string() })),
  }),
);

export const mergeView = (done: Merge, context: Pick<Context, 'origin'>, fields?: Selection['fields']): Resource => {
  const { destination, source, cause, keyId, at, moved, dropped, undone } = done;
  return resource(
    {
      type: 'profile-merge',
      id: mergeIdOf(done),
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
