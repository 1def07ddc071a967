import type { Context } from '../../../domains/accounts/context.ts';
import { readListsOf } from '../../../domains/lists/actions.ts';
import { readTokens } from '../../../domains/profiles/push-tokens/actions.ts';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import type { Identifier, Resource } from '../../../platform/http/response/jsonapi.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { listView } from './list.ts';
import { pushTokenView } from './push-token.ts';

const PARALLEL = 16;

/** By name, what a profile is related to. */
export type Related = Readonly<Record<string, readonly Identifier[] | null>>;

/** What was asked for beside profiles: whole for `included`, and by profile as relationships. */
export const relatedResources = async (
  profiles: readonly Profile[],
  { include, fields }: Pick<Selection, 'include' | 'fields'>,
  context: Context,
): Promise<{ readonly related: ReadonlyMap<string, Related>; readonly included: readonly Resource[] | undefined }> => {
  if (include.length === 0) return { related: new Map(), included: undefined };
  const found = await inParallel(profiles, PARALLEL, async (profile) => {
    const lists = include.includes('lists') ? await readListsOf(profile, context) : undefined;
    const tokens = include.includes('push-tokens') ? await readTokens(idsOf(profile), context) : undefined;
    return {
      lists: lists?.map((list) => listView.show(list, context, fields)),
      'push-tokens': tokens?.map((token) => pushTokenView.show({ id: token.id, token, profile }, context, fields)),
      segments: include.includes('segments') ? [] : undefined,
    };
  });
  const none = include.some((name) => name.startsWith('conversation')) ? { conversation: null, conversations: [] } : {};
  const related = profiles.map(({ id }, i): [string, Related] => {
    const own = Object.entries(found[i] ?? {}).flatMap(([name, all]) =>
      all ? [[name, all.map((one) => ({ type: one.type, id: one.id }))] as const] : [],
    );
    return [id, { ...none, ...Object.fromEntries(own) }];
  });
  const included = found.flatMap(({ lists = [], 'push-tokens': tokens = [] }) => [...lists, ...tokens]);
  return { related: new Map(related), included };
};
