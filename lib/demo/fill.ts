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

/** Connects the unmodified official client to this deployment. */
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

/** Adds the people and returns their profile ids in the same order. */
export const addPeople = async ({ profiles }: Client): Promise<string[]> => {
  const ids: string[] = [];
  for (const attributes of people) {
    const { body } = await profiles.createOrUpdateProfile({ data: { type, attributes } });
    ids.push(body.data.id ?? '');
  }
  return ids;
};

/** Adds the events and returns how many were stored before. */
export const addEvents = async ({ events }: Client): Promise<number> => {
  let duplicates = 0;
  for (const { email, name, id, time, properties, ...visit } of visits) {
    const { response } = await events.createEvent({
      data: {
        type: EventEnum.Event,
        attributes: {
          ...visit,
          properties,
          uniqueId: id,
          time: new Date(time),
          metric: { data: { type: MetricEnum.Metric, attributes: { name } } },
          profile: { data: { type, attributes: { email } } },
        },
      },
    });
    if (String(response.headers['tributary-event']).includes('duplicate=true')) duplicates += 1;
  }
  return duplicates;
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

/** The client's type of included resources has no attributes. */
const Metric = v.object({ id: v.string(), attributes: v.object({ name: v.string() }) });

export interface TimelineEntry {
  readonly time: string;
  readonly name: string;
  readonly properties: string;
}

/** Reads the timeline of a profile, newest first. */
export const timeline = async ({ events }: Client, profileId: string): Promise<TimelineEntry[]> => {
  const { body } = await events.getEvents({
    filter: `equals(profile_id,"${profileId}")`,
    include: ['metric'],
    sort: '-datetime',
  });
  const metrics = v.parse(v.array(Metric), body.included ?? []);
  const names = new Map(metrics.map(({ id, attributes }) => [id, attributes.name]));
  return body.data.map(({ attributes, relationships }) => ({
    time: attributes.datetime ? attributes.datetime.toISOString() : '',
    name: names.get(relationships?.metric?.data?.id ?? '') ?? '',
    properties: JSON.stringify(attributes.eventProperties ?? {}),
  }));
};
