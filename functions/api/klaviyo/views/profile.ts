import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { locationFields, type Profile, textFields } from '../../../domains/profiles/records/profile.ts';
import { withUtcOffset, withUtcOffsetOrNull } from '../../../model/offset-time.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import type { Related } from './related.ts';

const nullable = v.nullable(v.string());

/** A profile's attributes as they are answered; fewer where `fields[profile]` asks for fewer. */
export const ProfileView = v.partial(
  v.object({
    email: nullable,
    phone_number: nullable,
    external_id: nullable,
    first_name: nullable,
    last_name: nullable,
    organization: nullable,
    locale: nullable,
    title: nullable,
    image: nullable,
    created: v.string(),
    updated: v.string(),
    last_event_date: nullable,
    first_event_date: nullable,
    location: v.record(v.string(), v.nullable(v.union([v.string(), v.number()]))),
    properties: v.record(v.string(), v.unknown()),
    subscriptions: v.record(v.string(), v.unknown()),
    predictive_analytics: v.record(v.string(), v.null()),
  }),
);

/** Nothing is predicted here. Clients that ask find every member, without a value. */
export const predictiveAnalytics = Object.fromEntries(
  [
    'historic_clv',
    'predicted_clv',
    'total_clv',
    'historic_number_of_orders',
    'predicted_number_of_orders',
    'average_days_between_orders',
    'average_order_value',
    'churn_probability',
    'expected_date_of_next_order',
    'ranked_channel_affinity',
  ].map((name) => [name, null]),
);

/** Attributes of a profile in an answer that are not stored in its item. */
export interface Extras {
  readonly lastEventDate?: string | undefined;
  /** Attributes of the place that it was found in, by name. */
  readonly own?: Readonly<Record<string, unknown>> | undefined;
  /** By name, what was asked for beside it. */
  readonly related?: Related | undefined;
  /** Attributes that are only there when asked for, by name. */
  readonly additional?: Readonly<Record<string, unknown>>;
  readonly fields?: Selection['fields'];
}

/** Each is served under both of its addresses. */
const relationships = {
  lists: undefined,
  segments: undefined,
  'push-tokens': undefined,
  conversation: undefined,
  conversations: undefined,
};

export const viewOf = (
  profile: Profile,
  { lastEventDate, own, related = {}, additional = {}, fields }: Extras,
  context: Pick<Context, 'origin'>,
): Resource => {
  const { id, external_id, email, phone_number, location = {}, properties, created, updated } = profile;
  const orNull = <T>(value: T | undefined): T | null => value ?? null;
  return resource(
    {
      type: 'profile',
      id,
      path: '/api/profiles',
      attributes: {
        email: orNull(email),
        phone_number: orNull(phone_number),
        external_id: orNull(external_id),
        ...Object.fromEntries(textFields.map((field) => [field, orNull(profile[field])])),
        created: withUtcOffset(created),
        updated: withUtcOffset(updated),
        last_event_date: withUtcOffsetOrNull(lastEventDate),
        location: Object.fromEntries(locationFields.map((field) => [field, orNull(location[field])])),
        properties,
        ...own,
        ...additional,
      },
      relationships: { ...relationships, ...related },
    },
    context,
    // Who asks for a further attribute need not name it a second time.
    fields?.profile && { ...fields, profile: [...fields.profile, ...unnamed(Object.keys(additional), fields.profile)] },
  );
};

const unnamed = (names: readonly string[], fields: readonly string[]): string[] =>
  names.filter((name) => !fields.some((field) => field.split('.')[0] === name));
