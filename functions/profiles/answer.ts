// By itself: functions that only read would load all that changes consent with it.
import { subscriptionsOfAll } from '../consent/answers.ts';
import type { Context } from '../context.ts';
import { firstEventTimes, lastEventTimes } from '../events/actions.ts';
import type { Identifier, Resource } from '../http/jsonapi.ts';
import type { Reading, Selection } from '../http/reading.ts';
import type { Profile } from './profile.ts';
import { personOf } from './resolve.ts';
import { ProfileView, predictiveAnalytics, viewOf } from './view.ts';

/** What every route that answers profiles lets its caller choose. */
export const profileReading = {
  fields: { profile: ProfileView },
  additionalFields: { profile: ['subscriptions', 'predictive_analytics', 'first_event_date'] },
} as const satisfies Reading;

type Asked = Pick<Selection, 'fields' | 'additionalFields'> & {
  /** Just made, so there are no events yet. */
  readonly isNew?: boolean;
  /** Further attributes, by profile. */
  readonly extra?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
};

/** Profiles as they are answered, with what was asked for and is kept elsewhere: each kind in one go for all of them. */
export const answerAll = async (
  profiles: readonly Profile[],
  { fields, additionalFields, isNew = false, extra }: Asked,
  context: Context,
): Promise<Resource[]> => {
  const wantsSubscriptions = additionalFields.includes('subscriptions');
  const wantsEvents = !isNew && (fields.profile?.includes('last_event_date') ?? true);
  const wantsFirst = additionalFields.includes('first_event_date');
  const persons = profiles.map(personOf);
  const [subscriptions, lastEvents, firstEvents] = await Promise.all([
    wantsSubscriptions ? subscriptionsOfAll(profiles, context) : [],
    wantsEvents ? lastEventTimes(persons, context) : undefined,
    wantsFirst ? firstEventTimes(persons, context) : undefined,
  ]);
  return profiles.map((profile, i) => {
    const additional = {
      ...(wantsSubscriptions && { subscriptions: subscriptions[i] }),
      ...(wantsFirst && { first_event_date: firstEvents?.get(profile.id) ?? null }),
      ...(additionalFields.includes('predictive_analytics') && { predictive_analytics: predictiveAnalytics }),
    };
    const extras = { fields, additional, own: extra?.get(profile.id), lastEventDate: lastEvents?.get(profile.id) };
    return viewOf(profile, extras, context);
  });
};

/** As `answerAll`, for one. */
export const answerOne = async (
  profile: Profile,
  asked: Asked,
  context: Context,
  lists?: readonly Identifier[],
): Promise<Resource> => {
  const [answer = viewOf(profile, {}, context)] = await answerAll([profile], asked, context);
  const { relationships } = answer;
  if (!lists || !relationships?.lists) return answer;
  const data = lists.map(({ type, id }) => ({ type, id }));
  return { ...answer, relationships: { ...relationships, lists: { ...relationships.lists, data } } };
};
