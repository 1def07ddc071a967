import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { locationFields, type Profile, textFields } from '../../../domains/profiles/records/profile.ts';
import { withUtcOffset, withUtcOffsetOrNull } from '../../../model/offset-time.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';
import type { Related } from './related.ts';

const nullable = v.nullable(v.string());

/** The attributes of a profile in responses. `fields[profile]` selects from them. */
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

/** Predictions are not supported. Clients that request them get every member with null. */
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

/** Attributes of a profile in a response that are not stored in its item. */
export interface ProfileExtras {
  readonly lastEventDate?: string | undefined;
  /** Further attributes by name, such as those of a list membership. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Requested relationships, by name. */
  readonly related?: Related | undefined;
  /** Attributes that are only returned on request, by name. */
  readonly additional?: Readonly<Record<string, unknown>>;
  readonly fields?: Selection['fields'];
}

/** Relationships that have both endpoints. */
const relationships = {
  lists: undefined,
  segments: undefined,
  'push-tokens': undefined,
  conversation: undefined,
  conversations: undefined,
};

export const profileView = (
  profile: Profile,
  { lastEventDate, attributes: extraAttributes, related = {}, additional = {}, fields }: ProfileExtras,
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
        ...extraAttributes,
        ...additional,
      },
      relationships: { ...relationships, ...related },
    },
    context,
    // Additional fields that a request asks for need not be repeated in its sparse fieldset.
    fields?.profile && {
      ...fields,
      profile: [...fields.profile, ...namesNotIn(Object.keys(additional), fields.profile)],
    },
  );
};

const namesNotIn = (names: readonly string[], fields: readonly string[]): string[] =>
  names.filter((name) => !fields.some((field) => field.split('.')[0] === name));
