import type { Services } from '../../../platform/resources/services.ts';
import { eventIdOf } from '../../events/records/event-id.ts';
import { readMetrics } from '../../events/records/read-events.ts';
import { events } from '../../events/records/store.ts';
import { jobs } from '../../imports/jobs/store.ts';
import type { Profile } from '../../profiles/records/profile.ts';
import { profiles } from '../../profiles/records/store.ts';
import type { Pending } from './records/delivery.ts';

type Deps = Pick<Services, 'table'>;
type Content = Readonly<Record<string, unknown>>;

/**
 * The content of a message, read when it is sent. Undefined if there is nothing left to say: the person was erased, or
 * the event has expired. So a person is in no message after their erasure, except for the notice of it, by the id.
 */
export const contentOf = async (pending: Pending, deps: Deps): Promise<Content | undefined> => {
  const { account, profileId, source } = pending;
  if (source.kind === 'import') return importContent(account, source.jobId, deps);
  if (profileId === undefined) return undefined;
  if (source.kind === 'deletion') return { profile: { id: profileId } };
  const profile = await deps.table.get(profiles, { account, id: profileId });
  if (!profile) return undefined;
  switch (source.kind) {
    case 'event':
      return eventContent({ profile, time: source.time, hash: source.hash }, deps);
    case 'profile':
      return { profile: wholeProfile(profile) };
    case 'merge':
      return { profile: { id: profileId }, into: { id: source.into } };
    case 'consent': {
      const { channel, purpose, status, at } = source;
      return { profile: person(profile), channel, type: purpose, status, changed_at: at };
    }
    case 'list':
      return { profile: person(profile), list: { id: source.listId } };
  }
};

const person = ({ id, email, phone_number, external_id }: Profile) => ({
  id,
  email: email ?? null,
  phone_number: phone_number ?? null,
  external_id: external_id ?? null,
});

const wholeProfile = (profile: Profile) => ({
  ...person(profile),
  first_name: profile.first_name ?? null,
  last_name: profile.last_name ?? null,
  organization: profile.organization ?? null,
  locale: profile.locale ?? null,
  title: profile.title ?? null,
  image: profile.image ?? null,
  location: profile.location ?? {},
  properties: profile.properties,
  created: profile.created,
  updated: profile.updated,
});

const eventContent = async (
  { profile, time, hash }: { readonly profile: Profile; readonly time: string; readonly hash: string },
  { table }: Deps,
): Promise<Content | undefined> => {
  const { account, id: profileId } = profile;
  const event = await table.get(events, { account, profileId, time, hash });
  if (!event) return undefined;
  const metric = (await readMetrics([event], table)).get(`${account} ${event.metricId}`);
  return {
    event: {
      id: eventIdOf(event),
      metric: { id: event.metricId, name: metric?.name ?? null, service: metric?.service ?? null },
      time,
      value: event.value ?? null,
      value_currency: event.valueCurrency ?? null,
      unique_id: event.uniqueId ?? null,
      properties: event.properties,
    },
    profile: person(profile),
  };
};

const importContent = async (account: string, id: string, { table }: Deps): Promise<Content | undefined> => {
  const job = await table.get(jobs, { account, id });
  if (!job) return undefined;
  const { kind, status, counts, createdAt, completedAt, error } = job;
  return {
    import: {
      id,
      kind,
      status,
      counts,
      created_at: createdAt,
      completed_at: completedAt ?? null,
      error: error ?? null,
    },
  };
};
