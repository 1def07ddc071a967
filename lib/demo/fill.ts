import {
  ApiKeySession,
  EventEnum,
  EventsApi,
  MetricEnum,
  ProfileEnum,
  ProfileSubscriptionBulkCreateJobEnum,
  ProfilesApi,
} from 'klaviyo-api';
import * as v from 'valibot';
import type { LocalStack } from '../local/stack/stack-file.ts';
import { people, visits } from './shop.ts';

/** The official client, unmodified, aimed at this deployment. */
export const connect = ({ apiUrl, apiKey }: LocalStack) => {
  const session = new ApiKeySession(apiKey);
  const profiles = new ProfilesApi(session);
  const events = new EventsApi(session);
  profiles.basePath = apiUrl;
  events.basePath = apiUrl;
  return { profiles, events };
};

export type Client = ReturnType<typeof connect>;

const type = ProfileEnum.Profile;

/** The ids of the profiles, in the order of the people. */
export const addPeople = async ({ profiles }: Client): Promise<string[]> => {
  const ids: string[] = [];
  for (const attributes of people) {
    const { body } = await profiles.createOrUpdateProfile({ data: { type, attributes } });
    ids.push(body.data.id ?? '');
  }
  return ids;
};

/** How many events were stored already. */
export const addEvents = async ({ events }: Client): Promise<number> => {
  let known = 0;
  for (const { who, name, id, time, properties, ...visit } of visits) {
    const { response } = await events.createEvent({
      data: {
        type: EventEnum.Event,
        attributes: {
          ...visit,
          properties,
          uniqueId: id,
          time: new Date(time),
          metric: { data: { type: MetricEnum.Metric, attributes: { name } } },
          profile: { data: { type, attributes: { email: who } } },
        },
      },
    });
    if (String(response.headers['tributary-event']).includes('duplicate=true')) known += 1;
  }
  return known;
};

export const subscribe = async ({ profiles }: Client, email: string): Promise<void> => {
  await profiles.bulkSubscribeProfiles({
    data: {
      type: ProfileSubscriptionBulkCreateJobEnum.ProfileSubscriptionBulkCreateJob,
      attributes: {
        customSource: 'Demo checkout',
        profiles: {
          data: [{ type, attributes: { email, subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } } } }],
        },
      },
    },
  });
};

/** The client's own type of what may be included tells of no attribute. */
const Named = v.object({ id: v.string(), attributes: v.object({ name: v.string() }) });

export interface Moment {
  readonly time: string;
  readonly name: string;
  readonly properties: string;
}

/** The newest first. */
export const timeline = async ({ events }: Client, profileId: string): Promise<Moment[]> => {
  const { body } = await events.getEvents({
    filter: `equals(profile_id,"${profileId}")`,
    include: ['metric'],
    sort: '-datetime',
  });
  const metrics = v.parse(v.array(Named), body.included ?? []);
  const names = new Map(metrics.map(({ id, attributes }) => [id, attributes.name]));
  return body.data.map(({ attributes, relationships }) => ({
    time: attributes.datetime ? attributes.datetime.toISOString() : '',
    name: names.get(relationships?.metric?.data?.id ?? '') ?? '',
    properties: JSON.stringify(attributes.eventProperties ?? {}),
  }));
};
