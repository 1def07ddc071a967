import * as v from 'valibot';
import { Advice } from '../../cli/advice.ts';
import type { ApiClient } from '../transfer/api-client.ts';
import type { MovedRecord, Source, SourcePage } from '../transfer/records.ts';
import { catalogSource } from './catalog.ts';
import { type From, readAll, readPages } from './pages.ts';
import {
  eventRecord,
  idIn,
  listOptOuts,
  type Metric,
  type Page,
  personOf,
  profileRecord,
  type Resource,
} from './resources.ts';

const PROFILES = 'profiles';
const LIST = 'list ';
const METRIC = 'metric ';

const Named = v.looseObject({ name: v.string() });
const WithIntegration = v.looseObject({
  name: v.string(),
  integration: v.nullish(v.looseObject({ key: v.nullish(v.string()), name: v.nullish(v.string()) })),
});

/** Klaviyo, or another deployment of this product. Segments, flows and templates are not read. */
export const klaviyoSource = (api: ApiClient, now: () => Date = () => new Date()): Source => {
  const allLists = once(() => readAll(api, '/api/lists'));
  const allMetrics = once(() => readAll(api, '/api/metrics'));
  const catalog = catalogSource(api, now);

  return {
    name: 'Klaviyo',

    units: async () => [
      { id: PROFILES, name: 'profiles', target: { kind: 'profiles' } },
      ...(await allLists()).map((list) => ({
        id: `${LIST}${list.id}`,
        name: `list ${nameOf(list)}`,
        target: { kind: 'list', id: list.id } as const,
      })),
      ...(await allMetrics()).map((metric) => ({
        id: `${METRIC}${metric.id}`,
        name: `events ${nameOf(metric)}`,
        target: { kind: 'metric', ...metricOf(metric) } as const,
      })),
      ...catalog.units,
    ],

    async *read({ id }, from) {
      const list = (await allLists()).find((one) => id === `${LIST}${one.id}`);
      const metric = (await allMetrics()).find((one) => id === `${METRIC}${one.id}`);
      if (id === PROFILES) yield* readProfiles({ api, from, now }, await allLists());
      else if (list) yield* readMembers({ api, from, now }, list);
      else if (metric) yield* readEvents({ api, from, now }, metric);
      else if (catalog.has(id)) yield* catalog.read(id, from);
      else throw new Advice(`${id} is no longer in the source. Run the command again with another --state.`);
    },
  };
};

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read();
    return result;
  };
};

const nameOf = ({ attributes }: Resource): string => v.parse(Named, attributes).name;

const readProfiles = (at: From, lists: readonly Resource[]): AsyncGenerator<SourcePage> => {
  const known = new Map(lists.map((list) => [list.id, list]));
  const first = '/api/profiles?additional-fields[profile]=subscriptions&page[size]=100&sort=created';
  const toRecords = (profile: Resource): MovedRecord[] => [
    { kind: 'profiles', record: profileRecord(profile) },
    ...listOptOuts(profile).flatMap(({ listId, at: optedOut }) => {
      const list = known.get(listId);
      return list ? [memberRecord(list, profile, { optedOut })] : [];
    }),
  ];
  return readPages({ ...at, first, time: 'created' }, ({ data }) => data.flatMap(toRecords));
};

const readMembers = (at: From, list: Resource): AsyncGenerator<SourcePage> => {
  const fields = 'email,phone_number,external_id,joined_group_at';
  const first = `/api/lists/${list.id}/profiles?page[size]=100&sort=joined_group_at&fields[profile]=${fields}`;
  return readPages({ ...at, first, time: 'joined_group_at' }, ({ data }) =>
    data.map((profile) => {
      const { joined_group_at: joined } = profile.attributes;
      return memberRecord(list, profile, typeof joined === 'string' ? { joined } : {});
    }),
  );
};

const memberRecord = (
  list: Resource,
  { attributes }: Resource,
  { joined, optedOut }: { readonly joined?: string; readonly optedOut?: string },
): MovedRecord => ({
  kind: 'lists',
  record: {
    list: { id: list.id, name: nameOf(list) },
    joined_at: joined === undefined ? null : new Date(joined).toISOString(),
    opted_out_at: optedOut ?? null,
    profile: personOf(attributes),
  },
});

const readEvents = (at: From, metric: Resource): AsyncGenerator<SourcePage> => {
  const filter = encodeURIComponent(`equals(metric_id,"${metric.id}")`);
  const first = `/api/events?filter=${filter}&sort=datetime&include=profile&page[size]=200`;
  return readPages({ ...at, first, time: 'datetime' }, (page) => eventsIn(page, metricOf(metric)));
};

const eventsIn = ({ data, included }: Page, metric: Metric): MovedRecord[] => {
  const people = new Map(
    included.flatMap((one) => (one.type === 'profile' ? [[one.id, one.attributes] as const] : [])),
  );
  return data.map((event) => {
    const related = idIn(event.relationships?.profile);
    const person = related === undefined ? undefined : people.get(related);
    return { kind: 'events', record: eventRecord(event, metric, person ?? {}) };
  });
};

const metricOf = ({ attributes }: Resource): Metric => {
  const { name, integration } = v.parse(WithIntegration, attributes);
  const service = integration?.key ?? integration?.name ?? 'api';
  return { name, service: service === 'API' ? 'api' : service };
};
