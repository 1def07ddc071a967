import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { bulk, group, metric } from './event-bodies.ts';

const sent = [
  {
    metric: metric('Placed Order'),
    value: 10,
    properties: { Colour: 'red', Tax: '1.5', Tags: ['new', 'sale'], Gift: true },
  },
  { metric: metric('Placed Order'), value: 20, properties: { Colour: 'blue', Tax: 3, Tags: ['sale'], Gift: false } },
  { metric: metric('Placed Order'), value: 30, properties: { Colour: 'Red', Tax: 'none' } },
  { metric: metric('Till'), value: 100, properties: { Colour: 'red', Amount: 7 } },
].map((one) => ({ ...one, time: '2026-07-01T10:00:00Z' }));

const start = async () => {
  const app = await startApp(events, { now: new Date('2026-12-01T00:00:00Z') });
  await app.post('/api/event-bulk-create-jobs', bulk([group({ email: 'a@example.com' }, sent)]));
  const { body } = await app.get('/api/metrics');
  const idOf = (name: string): string =>
    body.data.find(({ attributes }: { readonly attributes: { readonly name: string } }) => attributes.name === name).id;
  const [order, till] = [idOf('Placed Order'), idOf('Till')];
  const create = (attributes: object) =>
    app.post('/api/custom-metrics', { data: { type: 'custom-metric', attributes: { name: 'Custom', ...attributes } } });
  const sum = async (metric_id: string) => {
    const filter = ['greater-or-equal(datetime,2026-07-01),less-than(datetime,2026-08-01)'];
    const attributes = { metric_id, measurements: ['count', 'sum_value'], interval: 'month', filter };
    const answer = await app.post('/api/metric-aggregates', { data: { type: 'metric-aggregate', attributes } });
    const [row] = answer.body.data?.attributes.data ?? [];
    return row ? [row.measurements.count[0], row.measurements.sum_value[0]] : answer.status;
  };
  const map = (id: string, relationships: object) =>
    app.patch(`/api/mapped-metrics/${id}`, { data: { type: 'mapped-metric', id, relationships } });
  return { ...app, order, till, create, sum, map };
};

test.each([
  ['Colour', { type: 'string', operator: 'equals', value: 'red' }, 1],
  ['Colour', { type: 'string', operator: 'not-equals', value: 'red' }, 2],
  ['Colour', { type: 'string', operator: 'in', value: ['red', 'blue'] }, 2],
  ['Colour', { type: 'string', operator: 'contains', value: 'e' }, 3],
  ['Colour', { type: 'string', operator: 'not-contains', value: 'lu' }, 2],
  ['Colour', { type: 'string', operator: 'starts-with', value: 'r' }, 1],
  ['Colour', { type: 'string', operator: 'not-ends-with', value: 'ed' }, 1],
  ['Tax', { type: 'numeric', operator: 'greater-than', value: 1.5 }, 1],
  ['Tax', { type: 'numeric', operator: 'greater-than-or-equal', value: 1.5 }, 2],
  ['Tax', { type: 'numeric', operator: 'less-than', value: 100 }, 2],
  ['Tax', { type: 'numeric', operator: 'equals', value: 1.5 }, 1],
  ['Gift', { type: 'boolean', operator: 'equals', value: false }, 1],
  ['Gift', { type: 'existence', operator: 'is-set' }, 2],
  ['Gift', { type: 'existence', operator: 'not-set' }, 1],
  ['Tags', { type: 'list', operator: 'contains', value: 'sale' }, 2],
  ['Tags', { type: 'list', operator: 'not-contains', value: 'new' }, 2],
  ['Tags', { type: 'list', operator: 'contains-starts-with', value: 'n' }, 1],
  ['Tags', { type: 'list', operator: 'contains-substring', value: 'al' }, 2],
])('counts events whose %s is %j', async (property, filter, count) => {
  const { order, create, sum } = await start();
  const groups = [{ metric_id: order, metric_filters: [{ property, filter }] }];
  const { status, body } = await create({ definition: { aggregation_method: 'count', metric_groups: groups } });
  expect(status).toBe(201);
  expect(await sum(body.data.id)).toEqual([count, 0]);
});

test('adds the values of its groups', async () => {
  const { order, till, create, sum } = await start();
  const definition = {
    aggregation_method: 'value',
    metric_groups: [{ metric_id: order }, { metric_id: till, value_property: 'Amount' }],
  };
  const { body } = await create({ definition });
  expect(await sum(body.data.id)).toEqual([4, 67]);
  // A property that is no number adds nothing.
  const ofTax = { aggregation_method: 'value', metric_groups: [{ metric_id: order, value_property: 'Tax' }] };
  const taxes = await create({ name: 'Taxes', definition: ofTax });
  expect(await sum(taxes.body.data.id)).toEqual([3, 4.5]);
});

test('reports all problems of a definition at once', async () => {
  const { order, create } = await start();
  const filters = [
    { property: '', filter: { type: 'numeric', operator: 'equals', value: 1 } },
    { property: 'x', filter: { type: 'string', operator: 'regex', value: '(a+)+$' } },
  ];
  const metric_groups = [{ metric_id: 'none' }, { metric_id: order, metric_filters: filters }, { metric_id: order }];
  const { status, body } = await create({ name: ' ', definition: { aggregation_method: 'sum', metric_groups } });
  expect(status).toBe(400);
  const at = '/data/attributes/definition';
  expect(body.errors.map((one: { source: { pointer: string } }) => one.source.pointer)).toEqual(
    expect.arrayContaining([
      '/data/attributes/name',
      `${at}/aggregation_method`,
      `${at}/metric_groups/0/metric_id`,
      `${at}/metric_groups/1/metric_filters/0/property`,
      expect.stringContaining(`${at}/metric_groups/1/metric_filters/1/filter`),
    ]),
  );
  const unknown = await create({ definition: { aggregation_method: 'count', metric_groups: [{ metric_id: 'none' }] } });
  expect([unknown.status, unknown.body.errors[0].source.pointer]).toEqual([400, `${at}/metric_groups/0/metric_id`]);
});

test('keeps names unique, however often they change', async () => {
  const { order, create, patch, delete: remove, get } = await start();
  const definition = { aggregation_method: 'count', metric_groups: [{ metric_id: order }] };
  const both = await Promise.all([create({ definition }), create({ definition })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 400]);
  const other = await create({ name: 'Other', definition });
  const change = (name: string) =>
    patch(`/api/custom-metrics/${other.body.data.id}`, { data: { type: 'custom-metric', attributes: { name } } });
  expect((await change('Custom')).body.errors[0].source.pointer).toBe('/data/attributes/name');
  expect((await change('Third')).status).toBe(200);
  expect((await create({ name: 'Other', definition })).status).toBe(201);
  expect((await remove(`/api/custom-metrics/${other.body.data.id}`)).status).toBe(204);
  expect((await create({ name: 'Third', definition })).status).toBe(201);
  expect((await get('/api/custom-metrics')).body.data).toHaveLength(3);
});

test('maps a meaning to a metric or a custom metric, and reports by it', async () => {
  const { order, till, create, sum, map, get, delete: remove } = await start();
  expect(await sum('revenue')).toBe(404);
  expect((await get('/api/mapped-metrics')).body.data).toHaveLength(7);
  const metric = (id: string | null) => ({ metric: { data: id === null ? null : { type: 'metric', id } } });
  expect((await map('revenue', metric(order))).status).toBe(200);
  expect(await sum('revenue')).toEqual([3, 60]);

  const definition = { aggregation_method: 'value', metric_groups: [{ metric_id: order }, { metric_id: till }] };
  const custom = (await create({ definition })).body.data.id;
  const relationship = { 'custom-metric': { data: { type: 'custom-metric', id: custom } } };
  const mapped = await map('revenue', relationship);
  expect(mapped.body.data.relationships).toMatchObject({ metric: { data: null }, ...relationship });
  expect(await sum('revenue')).toEqual([4, 160]);
  const included = (await get('/api/mapped-metrics?include=custom-metric,metric')).body.included;
  expect(included.map(({ id }: { readonly id: string }) => id)).toEqual([custom]);

  // Another null does not unset it, its own deletion does.
  expect((await map('revenue', metric(null))).body.data.relationships).toMatchObject(relationship);
  await remove(`/api/custom-metrics/${custom}`);
  expect((await get('/api/mapped-metrics/revenue/custom-metric')).body.data).toBe(null);
  expect((await get('/api/mapped-metrics/revenue')).body.data.relationships['custom-metric'].data).toBe(null);
  await map('revenue', metric(order));
  await map('revenue', metric(null));
  expect(await sum('revenue')).toBe(404);
});

test('refuses mappings to what is not there, and to two things', async () => {
  const { order, create, map } = await start();
  const definition = { aggregation_method: 'count', metric_groups: [{ metric_id: order }] };
  const custom = { data: { type: 'custom-metric', id: (await create({ definition })).body.data.id } };
  const at = '/data/relationships';
  for (const [relationships, status, pointer] of [
    [{ metric: { data: { type: 'metric', id: 'none' } } }, 404, `${at}/metric/data/id`],
    [{ 'custom-metric': { data: { type: 'custom-metric', id: 'none' } } }, 404, `${at}/custom-metric/data/id`],
    [{ metric: { data: { type: 'metric', id: order } }, 'custom-metric': custom }, 400, `${at}/custom-metric/data`],
    [{ metric: { data: { type: 'list', id: order } } }, 400, `${at}/metric/data/type`],
  ] as const) {
    const answer = await map('revenue', relationships);
    expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([status, pointer]);
  }
  expect((await map('nothing', {})).status).toBe(404);
});
