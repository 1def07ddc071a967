// Imported directly: functions that only read would otherwise load all code that changes consent.

import type { Context } from '../../../domains/accounts/context.ts';
import { readSubscriptionsOfMany } from '../../../domains/consent/state/queries.ts';
import { firstEventTimes, lastEventTimes } from '../../../domains/events/actions.ts';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import { personOf } from '../../../domains/profiles/records/resolve.ts';
import type { Reading, Selection } from '../../../platform/http/query/selection.ts';
import type { Resource } from '../../../platform/http/response/jsonapi.ts';
import { ProfileView, predictiveAnalytics, profileView } from './profile.ts';
import type { Related } from './related.ts';

/** The query options of every route that returns profiles. */
export const profileQueryOptions = {
  fields: { profile: ProfileView },
  additionalFields: { profile: ['subscriptions', 'predictive_analytics', 'first_event_date'] },
} as const satisfies Reading;

type RenderOptions = Pick<Selection, 'fields' | 'additionalFields'> & {
  /** Whether the profile was just created and has no events yet. */
  readonly isNew?: boolean;
  /** Further attributes, by profile id. */
  readonly extra?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Relationships, by profile id. */
  readonly related?: ReadonlyMap<string, Related>;
};

/** Renders profiles. Loads requested attributes that are stored elsewhere, each kind for all profiles at once. */
export const profileResources = async (
  profiles: readonly Profile[],
  { fields, additionalFields, isNew = false, extra, related }: RenderOptions,
  context: Context,
): Promise<Resource[]> => {
  const includesSubscriptions = additionalFields.includes('subscriptions');
  const includesLastEvent = !isNew && (fields.profile?.includes('last_event_date') ?? true);
  const includesFirstEvent = additionalFields.includes('first_event_date');
  const persons = profiles.map(personOf);
  const [subscriptions, lastEvents, firstEvents] = await Promise.all([
    includesSubscriptions ? readSubscriptionsOfMany(profiles, context) : [],
    includesLastEvent ? lastEventTimes(persons, context) : undefined,
    includesFirstEvent ? firstEventTimes(persons, context) : undefined,
  ]);
  return profiles.map((profile, i) => {
    const additional = {
      ...(includesSubscriptions && { subscriptions: subscriptions[i] }),
      ...(includesFirstEvent && { first_event_date: firstEvents?.get(profile.id) ?? null }),
      ...(additionalFields.includes('predictive_analytics') && { predictive_analytics: predictiveAnalytics }),
    };
    const { id } = profile;
    const extras = { attributes: extra?.get(id), related: related?.get(id), lastEventDate: lastEvents?.get(id) };
    return profileView(profile, { fields, additional, ...extras }, context);
  });
};

/** Renders one profile, like `profileResources`. */
export const profileResource = async (
  profile: Profile,
  options: RenderOptions,
  context: Context,
): Promise<Resource> => {
  const [view = profileView(profile, {}, context)] = await profileResources([profile], options, context);
  return view;
};
