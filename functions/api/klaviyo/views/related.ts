import type { Context } from '../../../domains/accounts/context.ts';
import { readListsOf } from '../../../domains/lists/actions.ts';
import { readTokens } from '../../../domains/profiles/push-tokens/actions.ts';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import type { Identifier, Resource } from '../../../platform/http/response/jsonapi.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { listView } from './list.ts';
import { pushTokenView } from './push-token.ts';

const CONCURRENCY = 16;

/** The relationships of a profile, by name. */
export type Related = Readonly<Record<string, readonly Identifier[] | null>>;

/** Loads the requested related resources: complete for `included`, and as relationships by profile id. */
export const relatedResources = async (
  profiles: readonly Profile[],
  { include, fields }: Pick<Selection, 'include' | 'fields'>,
  context: Context,
): Promise<{ readonly related: ReadonlyMap<string, Related>; readonly included: readonly Resource[] | undefined }> => {
  if (include.length === 0) return { related: new Map(), included: undefined };
  const relatedByProfile = await inParallel(profiles, CONCURRENCY, async (profile) => {
    const lists = include.includes('lists') ? await readListsOf(profile, context) : undefined;
    const tokens = include.includes('push-tokens') ? await readTokens(idsOf(profile), context) : undefined;
    return {
      lists: lists?.map((list) => listView.show(list, context, fields)),
      'push-tokens': tokens?.map((token) => pushTokenView.show({ id: token.id, token, profile }, context, fields)),
      segments: include.includes('segments') ? [] : undefined,
    };
  });
  const emptyRelationships = include.some((name) => name.startsWith('conversation'))
    ? { conversation: null, conversations: [] }
    : {};
  const related = profiles.map(({ id }, i): [string, Related] => {
    const linkage = Object.entries(relatedByProfile[i] ?? {}).flatMap(([name, all]) =>
      all ? [[name, all.map((one) => ({ type: one.type, id: one.id }))] as const] : [],
    );
    return [id, { ...emptyRelationships, ...Object.fromEntries(linkage) }];
  });
  const included = relatedByProfile.flatMap(({ lists = [], 'push-tokens': tokens = [] }) => [...lists, ...tokens]);
  return { related: new Map(related), included };
};
