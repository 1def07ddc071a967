import * as v from 'valibot';
import type { Context } from '../context.ts';
import { type Identifier, type Resource, resource } from '../http/jsonapi.ts';
import type { Reading, Selection } from '../http/reading.ts';
import type { List } from '../lists/list.ts';
import type { Profile } from './profile.ts';
import { predictiveAnalytics, viewOf } from './view.ts';

/** What every route that answers profiles lets its caller choose. */
export const profileReading = {
  fields: ['profile'],
  additionalFields: { profile: ['subscriptions', 'predictive_analytics'] },
} as const satisfies Reading;

type Asked = Pick<Selection, 'fields' | 'additionalFields'>;

/** Profiles as they are answered, with what was asked for and is kept elsewhere: each kind in one go for all of them. */
export const answerAll = async (
  profiles: readonly Profile[],
  { fields, additionalFields }: Asked,
  context: Context,
): Promise<Resource[]> =>
  profiles.map((profile) =>
    viewOf(
      profile,
      {
        fields,
        ...(additionalFields.length > 0 && {
          additional: {
            ...(additionalFields.includes('predictive_analytics') && { predictive_analytics: predictiveAnalytics }),
          },
        }),
      },
      context,
    ),
  );

/** As `answerAll`, for one. */
export const answerOne = async (
  profile: Profile,
  asked: Asked,
  context: Context,
  lists?: readonly Identifier[],
): Promise<Resource> => {
  const [answer] = await answerAll([profile], asked, context);
  const { relationships = {}, ...rest } = answer ?? viewOf(profile, {}, context);
  if (!lists || !relationships.lists) return { ...rest, relationships };
  const data = lists.map(({ type, id }) => ({ type, id }));
  return { ...rest, relationships: { ...relationships, lists: { ...relationships.lists, data } } };
};

export const ListView = v.partial(
  v.object({ name: v.string(), created: v.string(), updated: v.string(), opt_in_process: v.string() }),
);

export const listView = (
  { id, name, created, updated }: List,
  context: Pick<Context, 'origin'>,
  fields?: Selection['fields'],
): Resource =>
  resource(
    { type: 'list', id, path: '/api/lists', attributes: { name, created, updated, opt_in_process: 'single_opt_in' } },
    context,
    fields,
  );
