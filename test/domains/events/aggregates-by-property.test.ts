import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, group } from './event-bodies.ts';

const sent = [
  {
    time: '2026-07-01T10:00:00Z',
    value: 10,
    value_currency: 'EUR',
    properties: { Colour: 'red', Size: 1, Tags: ['a', 'b'] },
  },
  {
    time: '2026-07-02T10:00:00Z',
    value: 20,
    value_currency: 'USD',
    properties: { Colour: 'blue', Size: 10, Tags: ['b'] },
  },
  {
    time: '2026-07-02T11:00:00Z',
    value: 30,
    value_currency: 'EUR',
    properties: { Colour: 'red', Size: 2, 'Campaign Name': 'May, (all)' },
  },
  { time: '2026-07-02T12:00:00Z', value: 40, properties: { Size: { of: 'no order' }, Gift: true } },
];

const start = async () => {
  const app = await startApp(events, { now: new Date('2026-12-01T00:00:00Z') });
  await app.post(
    '/api/event-bulk-create-jobs',
    bulk([group({ email: 'a@example.com' }, sent.slice(0, 1)), group({ email: 'b@example.com' }, sent.slice(1))]),
  );
  const { body } = await app.get('/api/metrics');
  const ask = (attributes: { readonly filter?: readonly string[]; readonly [name: string]: unknown }, query = '') =>
    app.post(`/api/metric-aggregates${query}`, {
      data: {
        type: 'metric-aggregate',
        attributes: {
          metric_id: body.data[0].id,
          measurements: ['count'],
          interval: 'month',
          ...attributes,
          filter: [
            'greater-or-equal(datetime,2026-07-01),less-than(datetime,2026-08-01)',
            ...(attributes.filter ?? []),
          ],
        },
      },
    });
  /** Rows as text, such as `red 2`. */
  const rows = async (attributes: Parameters<typeof ask>[0]) => {
    const { status, body: answer } = await ask(attributes);
    if (status !== 200) throw new Error(JSON.stringify(answer));
    return answer.data.attributes.data.map(
      ({ dimensions, measurements }: { dimensions: string[]; measurements: Record<string, number[]> }) =>
        [...dimensions, ...Object.values(measurements).map(([only]) => only)].join(' '),
    );
  };
  return { ...app, ask, rows };
};

test('groups by any properties, with an empty dimension for events without', async () => {
  const { rows } = await start();
  expect(await rows({ by: ['Colour'] })).toEqual([' 1', 'blue 1', 'red 2']);
  expect(await rows({ by: ['$value_currency'], measurements: ['sum_value', 'unique', 'count'] })).toEqual([
    ' 1 40 1',
    'EUR 2 40 2',
    'USD 1 20 1',
  ]);
  expect(await rows({ by: ['Colour', 'Gift'] })).toEqual([' true 1', 'blue  1', 'red  2']);
  // Each element of a list counts.
  expect(await rows({ by: ['Tags'] })).toEqual([' 2', 'a 1', 'b 2']);
  // Objects are no dimensions.
  expect(await rows({ by: ['Size'], sort: '-Size' })).toEqual(['2 1', '10 1', '1 1', ' 1']);
  expect(await rows({ by: ['__proto__'] })).toEqual([' 4']);
  expect(await rows({ by: ['unknown'], filter: ['equals(unknown,"x")'] })).toEqual([]);
});

test('has a value for each interval, and sorts by totals', async () => {
  const { ask, rows } = await start();
  const { body } = await ask({ by: ['Colour'], interval: 'day', measurements: ['count', 'sum_value'] });
  const red = body.data.attributes.data.at(-1);
  expect(red.measurements.count.slice(0, 3)).toEqual([1, 1, 0]);
  expect(red.measurements.sum_value.slice(0, 3)).toEqual([10, 30, 0]);
  expect(await rows({ by: ['Colour'], sort: '-sum_value' })).toEqual([' 1', 'red 2', 'blue 1']);
  expect(await rows({ by: ['Colour'], sort: 'unique' })).toEqual([' 1', 'blue 1', 'red 2']);
});

test.each([
  ['equals(Colour,"red")', 2],
  ['not(equals(Colour,"red"))', 2],
  ['not(equals(Colour,""))', 3],
  ["equals(Colour,'')", 1],
  ['any(Colour,["red","blue"])', 3],
  ['equals(Colour,["red","blue"])', 3],
  ['equals(Campaign Name,"May, (all)")', 1],
  ['equals("Campaign Name","May, (all)")', 1],
  ['contains(Colour,"e")', 3],
  ['starts-with(Colour,"b")', 1],
  ['ends-with(Colour,"d")', 2],
  ['greater-than(Size,1)', 2],
  ['greater-or-equal(Size,1)', 3],
  ['less-than(Size,10)', 2],
  ['less-or-equal($value,20)', 2],
  ['equals(Size,10.0)', 1],
  ['equals(Gift,true)', 1],
  ['equals(Tags,"b")', 2],
  ['and(equals(Colour,"red"),not(and(equals(Tags,"a"))))', 1],
])('filters by %s', async (filter, count) => {
  const { rows } = await start();
  expect(await rows({ filter: [filter] })).toEqual([String(count)]);
});

test('refuses filters that are no filters', async () => {
  const { ask } = await start();
  for (const filter of [
    'equals(Colour)',
    'equals(,"x")',
    'like(Colour,"x")',
    'not(and(equals(a,"1"),equals(b,"2")))',
    'any(Colour,["red")',
    'not(greater-than(datetime,2026-01-01))',
    `${'and('.repeat(200)}x`,
  ]) {
    const { status, body } = await ask({ filter: [filter] });
    expect([filter, status, body.errors?.[0].source]).toEqual([filter, 400, { pointer: '/data/attributes/filter' }]);
  }
});

test('returns pages, by a cursor of the same query', async () => {
  const { ask } = await start();
  const query = { by: ['Size'], page_size: 2 };
  const first = await ask(query);
  const sizes = (answer: typeof first) =>
    answer.body.data.attributes.data.map(({ dimensions }: { readonly dimensions: string[] }) => dimensions[0]);
  expect(sizes(first)).toEqual(['', '1']);
  const { next } = first.body.links;
  const cursor = new URL(next).searchParams.get('page_cursor');
  const second = await ask({ ...query, page_cursor: cursor, page_size: 1 });
  expect(sizes(second)).toEqual(['10']);
  expect(sizes(await ask(query, new URL(next).search))).toEqual(['10', '2']);
  expect((await ask({ ...query, page_cursor: cursor })).body.links.next).toBe(null);

  const other = await ask({ ...query, by: ['Colour'], page_cursor: cursor });
  expect([other.status, other.body.errors[0].source]).toEqual([400, { pointer: '/data/attributes/page_cursor' }]);
  expect((await ask({ ...query, page_cursor: 'nonsense' })).status).toBe(400);
});

test('returns only what return_fields names', async () => {
  const { ask } = await start();
  const { body } = await ask({ measurements: ['count', 'unique'], return_fields: ['data', 'unique'] });
  expect(body.data.attributes).toEqual({ data: [{ dimensions: [], measurements: { unique: [2] } }] });
});

test('reads the events only where properties are needed, a hundred at once', async () => {
  const { ask, requests } = await start();
  requests.length = 0;
  await ask({ sort: '-count' });
  const plain = requests.filter((name) => name === 'BatchGetItemCommand').length;
  requests.length = 0;
  await ask({ by: ['Colour'] });
  expect(requests.filter((name) => name === 'BatchGetItemCommand').length - plain).toBe(1);
  expect(requests.filter((name) => name === 'QueryCommand')).toHaveLength(8);
});
