// By itself: functions that only read would load all that changes consent with it.

import type { Context } from '../../../domains/accounts/context.ts';
import { readSubscriptionsOfMany } from '../../../domains/consent/state/queries.ts';
import { firstEventTimes, lastEventTimes } from '../../../domains/events/actions.ts';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import { personOf } from '../../../domains/profiles/records/resolve.ts';
import type { Reading, Selection } from '../../../platform/http/query/selection.ts';
import type { Resource } from '../../../platform/http/response/jsonapi.ts';
import { ProfileView, predictiveAnalytics, viewOf } from './profile.ts';
import type { Related } from './related.ts';

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
  /** What they are related to, by profile. */
  readonly related?: ReadonlyMap<string, Related>;
};

/** Profiles as they are answered, with what was asked for and is kept elsewhere: each kind in one go for all of them. */
export const profileResources = async (
  profiles: readonly Profile[],
  { fields, additionalFields, isNew = false, extra, related }: Asked,
  context: Context,
): Promise<Resource[]> => {
  const wantsSubscriptions = additionalFields.includes('subscriptions');
  const wantsEvents = !isNew && (fields.profile?.includes('last_event_date') ?? true);
  const wantsFirst = additionalFields.includes('first_event_date');
  const persons = profiles.map(personOf);
  const [subscriptions, lastEvents, firstEvents] = await Promise.all([
    wantsSubscriptions ? readSubscriptionsOfMany(profiles, context) : [],
    wantsEvents ? lastEventTimes(persons, context) : undefined,
    wantsFirst ? firstEventTimes(persons, context) : undefined,
  ]);
  return profiles.map((profile, i) => {
    const additional = {
      ...(wantsSubscriptions && { subscriptions: subscriptions[i] }),
      ...(wantsFirst && { first_event_date: firstEvents?.get(profile.id) ?? null }),
      ...(additionalFields.includes('predictive_analytics') && { predictive_analytics: predictiveAnalytics }),
    };
    const { id } = profile;
    const own = { own: extra?.get(id), related: related?.get(id), lastEventDate: lastEvents?.get(id) };
    return viewOf(profile, { fields, additional, ...own }, context);
  });
};

/** As `profileResources`, for one. */
export const profileResource = async (profile: Profile, asked: Asked, context: Context): Promise<Resource> => {
  const [answer = viewOf(profile, {}, context)] = await profileResources([profile], asked, context);
  return answer;
};
