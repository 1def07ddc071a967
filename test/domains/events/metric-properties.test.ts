import { expect, test } from 'vitest';
import { noteProperties, propertyCaps } from '../../../functions/domains/events/metrics/properties/note.ts';
import { metricProperties } from '../../../functions/domains/events/metrics/properties/store.ts';
import { metricPartitions, events as storedEvents } from '../../../functions/domains/events/records/store.ts';
import type { Change } from '../../../functions/platform/changes/change.ts';
import { remove } from '../../../functions/platform/table/write.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, group } from './event-bodies.ts';

interface Shown {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const start = async (sent: readonly object[]) => {
  const app = await startApp(events);
  await app.post('/api/event-bulk-create-jobs', bulk([group({ email: 'ada@example.com' }, sent)]));
  const metric: string = (await app.get('/api/metrics')).body.data[0].id;
  const stored = async () => {
    const pages = await Promise.all(
      metricPartitions(app.account, metric).map((pk) => app.table.query({ index: 'gsi1', pk, limit: 100 })),
    );
    const items = await app.table.getItems(pages.flat().map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    return items.flatMap((item) => (item ? [storedEvents.fromItem(item)] : []));
  };
  /** The stored events as the stream delivers them. */
  const changes = async (source?: string): Promise<Change[]> =>
    (await stored()).map((one, n) => ({
      kind: 'inserted' as const,
      key: storedEvents.key(one),
      position: String(n).padStart(40, '0'),
      at: one.receivedAt,
      after: storedEvents.toItem({ ...one, ...(source !== undefined && { source }) }),
    }));
  const path = `/api/metrics/${metric}/metric-properties`;
  const read = async (query = ''): Promise<readonly Shown[]> => (await app.get(`${path}${query}`)).body.data;
  const types = async () =>
    Object.fromEntries((await read()).map(({ attributes }) => [attributes.property, attributes.inferred_type]));
  const samples = async () => {
    const all = await read('?additional-fields[metric-property]=sample_values');
    return Object.fromEntries(all.map(({ attributes }) => [attributes.property, attributes.sample_values]));
  };
  const kept = () => app.table.get(metricProperties, { account: app.account, metricId: metric });
  const forget = async (): Promise<void> => {
    for (const one of await stored()) await app.table.write(remove(storedEvents, one));
  };
  return { ...app, metric, read, changes, types, samples, kept, forget };
};

const time = (minute: number): string => `2025-12-01T00:${String(minute).padStart(2, '0')}:00Z`;

const sent = [
  { time: time(1), value: 5, properties: { Colour: 'red', Size: 1, Tags: ['a', 'b'], Gift: true, At: '2026-01-01' } },
  {
    time: time(2),
    properties: { Colour: 'blue', Size: 'L', Of: { a: 1 }, None: null, 'ada@example.com': 1, '0171 234567': 1 },
  },
];
const inferred = {
  $value: 'Number',
  At: 'Date',
  Colour: 'Text',
  Gift: 'Boolean',
  Of: 'Object',
  Size: 'Text',
  Tags: 'List',
};

test('infers the properties of new events, and keeps them from the changes', async () => {
  const { types, changes, services, kept, forget } = await start(sent);
  expect(await kept()).toBeUndefined();
  expect(await types()).toEqual(inferred);

  await noteProperties(await changes(), services);
  await forget();
  expect(await types()).toEqual(inferred);
});

test('keeps the same of changes in any order, delivered twice, by several functions at once', async () => {
  const { changes, services, kept, requests } = await start(sent);
  const all = await changes();
  // A function knows only what its own table client has read.
  const another = () => ({ table: { ...services.table } });
  await Promise.all([all, all.toReversed(), ...all.map((one) => [one])].map((some) => noteProperties(some, another())));
  const first = await kept();
  expect(first?.types).toEqual(inferred);
  const one = another();
  await noteProperties(all, one);
  expect(await kept()).toEqual(first);
  requests.length = 0;
  await noteProperties(all, one);
  expect(requests).toEqual([]);
});

test('keeps at most so many names, fewer of public calls', async () => {
  const many = (word: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${word} ${n}`, 1]));
  const { changes, services, kept } = await start([{ time: time(1), properties: many('p', 250) }]);
  await noteProperties(await changes('client'), services);
  expect(Object.keys((await kept())?.types ?? {})).toHaveLength(propertyCaps.public);
  const [given] = await changes();
  if (!given) throw new Error('There is an event.');
  const after = { ...given.after, properties: JSON.stringify(many('q', 399)) };
  await noteProperties([{ ...given, after }], services);
  expect(Object.keys((await kept())?.types ?? {})).toHaveLength(propertyCaps.trusted);
});

test('shows values of the newest events, none that could identify a person, and none of erased events', async () => {
  const properties = {
    Colour: 'red',
    Tags: ['a', 'b'],
    Gift: true,
    Price: 9.5,
    Email: 'ada@example.com',
    Note: 'write to ada@example.com',
    Phone: '0171',
    'First Name': 'Ada',
    'Product Name': 'Shirt',
    OrderId: 'A-1',
    Code: '123456',
  };
  const { samples, changes, services, forget } = await start([{ time: time(1), properties }]);
  const none = { Email: [], Note: [], Phone: [], 'First Name': [], OrderId: [], Code: [] };
  const shown = { Colour: ['red'], Tags: ['a', 'b'], Gift: [true], Price: [9.5], 'Product Name': ['Shirt'] };
  expect(await samples()).toEqual({ ...shown, ...none });
  await noteProperties(await changes(), services);
  await forget();
  expect(new Set(Object.values(await samples()).flat())).toEqual(new Set());
});

test('reads one property by its id, with its metric', async () => {
  const { read, get, metric } = await start(sent);
  const [, at] = await read();
  const one = `/api/metric-properties/${at?.id}`;
  const { body } = await get(`${one}?include=metric&additional-fields[metric-property]=sample_values`);
  expect(body.data).toMatchObject({
    attributes: { label: 'At', property: 'At', inferred_type: 'Date', sample_values: ['2026-01-01'] },
    relationships: { metric: { data: { type: 'metric', id: metric } } },
  });
  expect(body.included[0].id).toBe(metric);
  expect((await get(`${one}/metric`)).body.data.id).toBe(metric);
  for (const id of [`${metric}0000000000000000`, metric, 'x'.repeat(200)])
    expect((await get(`/api/metric-properties/${id}`)).status).toBe(404);
});

test('costs two reads, however many events there are', async () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ time: time(n), properties: { n } }));
  const { read, changes, services, requests } = await start(many);
  await noteProperties(await changes(), services);
  const countOf = async (query: string) => {
    requests.length = 0;
    await read(query);
    return Object.groupBy(requests, (name) => name);
  };
  const plain = await countOf('');
  expect([plain.GetItemCommand?.length, plain.QueryCommand, plain.BatchGetItemCommand]).toEqual([
    expect.any(Number),
    undefined,
    undefined,
  ]);
  const withSamples = await countOf('?additional-fields[metric-property]=sample_values');
  expect([withSamples.GetItemCommand?.length, withSamples.BatchGetItemCommand?.length]).toEqual([
    plain.GetItemCommand?.length,
    1,
  ]);
  expect(withSamples.QueryCommand?.length).toBeLessThanOrEqual(24);
});
