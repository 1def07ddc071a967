import * as v from 'valibot';
import { allTopics } from '../../../../functions/domains/consent/records/consent.ts';
import type { Item } from '../../../../functions/platform/table/entity.ts';

const text = v.nullish(v.string());

/** A page of a collection. */
export const Page = v.object({
  data: v.array(
    v.looseObject({
      id: v.string(),
      // Identifiers have none.
      attributes: v.optional(v.record(v.string(), v.unknown()), {}),
      relationships: v.optional(v.record(v.string(), v.looseObject({ data: v.optional(v.unknown()) }))),
    }),
  ),
  included: v.optional(
    v.array(v.looseObject({ type: v.string(), id: v.string(), attributes: v.record(v.string(), v.unknown()) })),
    [],
  ),
  links: v.optional(v.object({ next: text })),
});
export type Page = v.InferOutput<typeof Page>;
export type Resource = Page['data'][number];

const Related = v.looseObject({ data: v.looseObject({ id: v.string() }) });

/** The id in a relationship to one resource. */
export const idIn = (relationship: unknown): string | undefined => {
  const related = v.safeParse(Related, relationship);
  return related.success ? related.output.data.id : undefined;
};

const Stated = v.looseObject({ consent: text, consent_timestamp: text, last_updated: text });
const Suppression = v.looseObject({ reason: v.string(), timestamp: v.string() });
const ListSuppression = v.looseObject({ list_id: v.string(), timestamp: v.string() });

const Profile = v.object({
  email: text,
  phone_number: text,
  external_id: text,
  created: text,
  location: v.nullish(v.record(v.string(), v.unknown()), {}),
  properties: v.nullish(v.record(v.string(), v.unknown()), {}),
  subscriptions: v.nullish(v.record(v.string(), v.nullish(v.record(v.string(), v.unknown()))), {}),
});

const fields = ['first_name', 'last_name', 'organization', 'title', 'locale', 'image'];

/** The names of channels that differ from ours. */
const channels: Readonly<Record<string, string>> = { mobile_push: 'push' };

const utc = (time: string): string => new Date(time).toISOString();

/** The record of a profile, as an export of this product has it. */
export const profileRecord = ({ attributes }: Pick<Resource, 'attributes'>): Item => {
  const { email, phone_number, external_id, location, properties, subscriptions } = v.parse(Profile, attributes);
  const email_marketing = subscriptions.email?.marketing;
  return {
    email: email ?? null,
    phone_number: phone_number ?? null,
    external_id: external_id ?? null,
    ...Object.fromEntries(fields.map((name) => [name, attributes[name] ?? null])),
    location: Object.fromEntries(Object.entries(location).filter(([, value]) => value !== null)),
    properties,
    consent: consentIn(subscriptions),
    suppressions: manyIn(email_marketing, 'suppression', Suppression).map(({ reason, timestamp }) => ({
      reason,
      at: utc(timestamp),
    })),
  };
};

const consentIn = (subscriptions: v.InferOutput<typeof Profile>['subscriptions']): Item[] =>
  Object.entries(subscriptions).flatMap(([channel, topics]) =>
    Object.entries(topics ?? {}).flatMap(([type, value]): Item[] => {
      const topic = allTopics.find((one) => one.channel === (channels[channel] ?? channel) && one.type === type);
      const stated = v.safeParse(Stated, value);
      if (!stated.success || !topic) return [];
      const { consent: status, consent_timestamp: at, last_updated: updated } = stated.output;
      const time = at ?? updated;
      return status && time && status !== 'NEVER_SUBSCRIBED' ? [{ ...topic, status, at: utc(time) }] : [];
    }),
  );

const manyIn = <S extends v.GenericSchema>(of: unknown, name: string, schema: S): v.InferOutput<S>[] => {
  const parsed = v.safeParse(v.looseObject({ [name]: v.array(schema) }), of);
  const found = parsed.success ? parsed.output[name] : [];
  return Array.isArray(found) ? found : [];
};

/** The lists whose e-mails a person does not want. */
export const listOptOuts = ({ attributes }: Pick<Resource, 'attributes'>) =>
  manyIn(v.parse(Profile, attributes).subscriptions.email?.marketing, 'list_suppressions', ListSuppression).map(
    ({ list_id, timestamp }) => ({ listId: list_id, at: utc(timestamp) }),
  );

/** How records of lists and events name a person. */
export const personOf = (attributes: Resource['attributes']) => {
  const { email, phone_number, external_id } = v.parse(Profile, attributes);
  return { email: email ?? null, phone_number: phone_number ?? null, external_id: external_id ?? null };
};

const Event = v.object({
  datetime: v.string(),
  event_properties: v.nullish(v.record(v.string(), v.unknown()), {}),
});

/** The metric of events. */
export interface Metric {
  readonly name: string;
  readonly service: string;
}

/** The record of an event. Its id in the source makes it unique, so it can be sent again. */
export const eventRecord = ({ id, attributes }: Resource, metric: Metric, person: Resource['attributes']): Item => {
  const { datetime, event_properties } = v.parse(Event, attributes);
  const { $value: value, $value_currency: currency, $event_id: _, ...properties } = event_properties;
  const amount = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return {
    time: utc(datetime),
    metric: metric.name,
    service: metric.service,
    value: Number.isFinite(amount) ? amount : null,
    value_currency: typeof currency === 'string' ? currency : null,
    unique_id: id,
    properties,
    profile: personOf(person),
  };
};
