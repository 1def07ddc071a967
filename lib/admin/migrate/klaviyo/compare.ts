import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Item } from '../../../../functions/platform/table/entity.ts';
import type { ApiClient } from '../transfer/api-client.ts';
import type { State } from '../transfer/state.ts';
import { catalogPath } from './catalog.ts';
import { eventRecord, Page, profileRecord, type Resource } from './resources.ts';

export interface Difference {
  readonly person: string;
  readonly field: string;
  readonly source: unknown;
  readonly destination: unknown;
}

const kinds = ['external_id', 'email', 'phone_number'] as const;

/** Compares records of the sample field by field with what the destination has. */
export const compareSample = async (
  sample: State['sample'],
  api: ApiClient,
): Promise<{ readonly compared: number; readonly differences: readonly Difference[] }> => {
  const differences: Difference[] = [];
  let compared = 0;
  for (const { kind, record } of sample) {
    if (kind === 'catalog') {
      compared += 1;
      differences.push(...(await compareProduct(record, api)));
      continue;
    }
    const person = personIn(kind === 'events' ? record.profile : record);
    if (!person) continue;
    compared += 1;
    const found = await findProfile(person, api);
    const other = !found ? undefined : kind === 'events' ? await findEvent(record, found, api) : profileRecord(found);
    const name = `${person.value}${kind === 'events' ? `, ${String(record.metric)} at ${String(record.time)}` : ''}`;
    differences.push(...differencesOf(name, record, other));
  }
  return { compared, differences };
};

const Product = v.object({ type: v.string(), id: v.string(), attributes: v.record(v.string(), v.unknown()) });

const compareProduct = async (record: Item, api: ApiClient): Promise<Difference[]> => {
  const { type, id, attributes } = v.parse(Product, record);
  const filter = encodeURIComponent(`any(ids,[${JSON.stringify(id)}])`);
  const { data } = v.parse(Page, await api.get(`${catalogPath(type)}?filter=${filter}`));
  return differencesOf(`${type} ${id}`, attributes, data[0]?.attributes);
};

const personIn = (record: unknown) => {
  const given = v.parse(v.record(v.string(), v.unknown()), record);
  const kind = kinds.find((one) => typeof given[one] === 'string');
  return kind && { kind, value: String(given[kind]) };
};

type Person = NonNullable<ReturnType<typeof personIn>>;

const findProfile = async ({ kind, value }: Person, api: ApiClient): Promise<Resource | undefined> => {
  const filter = encodeURIComponent(`equals(${kind},${JSON.stringify(value)})`);
  const page = v.parse(Page, await api.get(`/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`));
  return page.data[0];
};

const Metric = v.looseObject({ name: v.string(), integration: v.looseObject({ key: v.string() }) });

const findEvent = async ({ time, metric }: Item, { id, attributes }: Resource, api: ApiClient) => {
  const range = `greater-or-equal(datetime,${String(time)}),less-or-equal(datetime,${String(time)})`;
  const filter = encodeURIComponent(`equals(profile_id,"${id}"),${range}`);
  const { data, included } = v.parse(Page, await api.get(`/api/events?filter=${filter}&include=metric`));
  const metrics = included.map((one) => ({ id: one.id, ...v.parse(Metric, one.attributes) }));
  const own = metrics.find(({ name }) => name === metric);
  const event = data.find(({ relationships }) => JSON.stringify(relationships?.metric?.data).includes(`"${own?.id}"`));
  return event && own ? eventRecord(event, { name: own.name, service: own.integration.key }, attributes) : undefined;
};

/** The ids of events are those of the source. Identifiers that the destination adds to a person are no difference. */
const ignored = new Set(['unique_id', 'profile']);

const differencesOf = (person: string, source: Item, destination: Item | undefined): Difference[] => {
  if (!destination) return [{ person, field: 'record', source: 'exists', destination: 'is missing' }];
  return Object.entries(source).flatMap(([field, value]) => {
    const other = destination[field];
    const isSame = ignored.has(field) || isDeepStrictEqual(comparable(value), comparable(other));
    return isSame ? [] : [{ person, field, source: value, destination: other ?? null }];
  });
};

/** Without what has no order: consents and suppressions. */
const comparable = (value: unknown): unknown => {
  const plain: unknown = JSON.parse(JSON.stringify(value ?? null), withNumbers);
  return Array.isArray(plain) ? plain.map((one) => JSON.stringify(one)).toSorted() : plain;
};

/** A coordinate may be a number or its text. */
const withNumbers = (name: string, value: unknown): unknown =>
  (name === 'latitude' || name === 'longitude') && typeof value === 'string' ? Number(value) : value;
