import {
  CustomMetricEnum,
  EventBulkCreateEnum,
  EventBulkCreateJobEnum,
  EventEnum,
  MappedMetricEnum,
  MetricAggregateEnum,
  MetricEnum,
  ProfileEnum,
} from 'klaviyo-api';
import { expect, test } from 'vitest';
import { events as domain } from '../../functions/services/events.ts';
import { connect, refusal, somebody } from '../support/deployed/klaviyo.ts';

const { events, metrics, unanswered } = connect();

const metric = (name: string) => ({ data: { type: MetricEnum.Metric, attributes: { name } } });
const person = (email: string) => ({ data: { type: ProfileEnum.Profile, attributes: { email } } });
const event = (email: string, name: string, attributes: object) => ({
  data: {
    type: EventEnum.Event,
    attributes: { properties: {}, metric: metric(name), profile: person(email), ...attributes },
  },
});
const name = `Placed Order ${crypto.randomUUID()}`;

test('stores an event with its metric and profile, and reads it back in every way', async () => {
  const email = somebody();
  const time = new Date('2026-07-15T10:00:00.123Z');
  const { response } = await events.createEvent(
    event(email, name, { time, value: 9.99, uniqueId: 'order-1', properties: { sku: 'a' } }),
  );
  expect(response.status).toBe(202);
  const again = await events.createEvent(
    event(email, name, { time, value: 9.99, uniqueId: 'order-1', properties: { sku: 'a' } }),
  );
  expect(again.response.headers['tributary-event']).toContain('duplicate=true');

  const found = (await metrics.getMetrics()).body.data.find((one) => one.attributes.name === name);
  const metricId = found?.id ?? '';
  expect((await metrics.getMetric(metricId)).body.data.attributes.name).toBe(name);

  const list = await events.getEvents({
    filter: `equals(metric_id,"${metricId}")`,
    include: ['metric', 'profile'],
    sort: '-datetime',
  });
  expect(list.body.data).toHaveLength(1);
  const [stored] = list.body.data;
  expect(stored?.attributes.eventProperties).toMatchObject({ sku: 'a' });
  expect(stored?.attributes.timestamp).toBe(Math.floor(time.getTime() / 1000));
  expect(list.body.included?.map(({ type }) => type).sort()).toEqual(['metric', 'profile']);

  const id = stored?.id ?? '';
  const profileId = stored?.relationships?.profile?.data?.id ?? '';
  expect((await events.getEvent(id, { include: ['metric'] })).body.data?.id).toBe(id);
  expect((await events.getMetricForEvent(id)).body.data?.id).toBe(metricId);
  expect((await events.getMetricIdForEvent(id)).body.data?.id).toBe(metricId);
  const { body: person } = await events.getProfileForEvent(id, { additionalFieldsProfile: ['subscriptions'] });
  expect(person.data?.attributes).toMatchObject({ email, subscriptions: { email: { marketing: {} } } });
  expect((await events.getProfileIdForEvent(id)).body.data?.id).toBe(profileId);
  expect((await events.getEvents({ filter: `equals(profile_id,"${profileId}")` })).body.data).toHaveLength(1);
});

test('continues to the next page by the cursor that the client takes from links', async () => {
  const email = somebody();
  const paged = `Paged ${crypto.randomUUID()}`;
  for (let i = 0; i < 5; i++) await events.createEvent(event(email, paged, { time: new Date(1_750_000_000_000 + i) }));
  const metricId = (await metrics.getMetrics()).body.data.find((one) => one.attributes.name === paged)?.id;
  const filter = `equals(metric_id,"${metricId}")`;

  const seen: string[] = [];
  let pageCursor: string | undefined;
  do {
    const { body } = await events.getEvents({
      filter,
      pageSize: 2,
      sort: 'datetime',
      ...(pageCursor && { pageCursor }),
    });
    seen.push(...body.data.map(({ id }) => id));
    pageCursor = body.links?.next ?? undefined;
  } while (pageCursor);
  expect(new Set(seen).size).toBe(5);
});

test('stores every event of a bulk job, and counts them in aggregates', async () => {
  const email = somebody();
  const bulk = `Bulk ${crypto.randomUUID()}`;
  const time = new Date('2026-07-01T12:00:00Z');
  const { response } = await events.bulkCreateEvents({
    data: {
      type: EventBulkCreateJobEnum.EventBulkCreateJob,
      attributes: {
        eventsBulkCreate: {
          data: [
            {
              type: EventBulkCreateEnum.EventBulkCreate,
              attributes: {
                profile: person(email),
                events: {
                  data: Array.from({ length: 10 }, (_, i) => ({
                    type: EventEnum.Event,
                    attributes: { properties: { i }, metric: metric(bulk), time, value: 2, uniqueId: `n${i}` },
                  })),
                },
              },
            },
          ],
        },
      },
    },
  });
  expect(response.status).toBe(202);

  const metricId = (await metrics.getMetrics()).body.data.find((one) => one.attributes.name === bulk)?.id ?? '';
  const { body } = await metrics.queryMetricAggregates({
    data: {
      type: MetricAggregateEnum.MetricAggregate,
      attributes: {
        metricId,
        measurements: ['count', 'sum_value', 'unique'],
        interval: 'day',
        filter: ['greater-or-equal(datetime,2026-07-01T00:00:00)', 'less-than(datetime,2026-07-02T00:00:00)'],
        timezone: 'UTC',
      },
    },
  });
  expect(body.data.attributes.data[0]?.measurements).toEqual({ count: [10], sum_value: [20], unique: [1] });
});

test('tells the properties of a metric', async () => {
  const visits = `Visits ${crypto.randomUUID()}`;
  await events.createEvent(event(somebody(), visits, { properties: { colour: 'red' } }));
  const metricId = (await metrics.getMetrics()).body.data.find((one) => one.attributes.name === visits)?.id ?? '';
  const additionalFieldsMetricProperty = ['sample_values' as const];
  const { body } = await metrics.getPropertiesForMetric(metricId, { additionalFieldsMetricProperty });
  expect(body.data.map(({ attributes }) => attributes)).toEqual([
    { label: 'colour', property: 'colour', inferredType: 'Text', sampleValues: ['red'] },
  ]);
  const [{ id } = { id: '' }] = body.data;
  expect((await metrics.getPropertyIdsForMetric(metricId)).body.data.map((one) => one.id)).toEqual([id]);
  expect((await metrics.getMetricProperty(id, { include: ['metric'] })).body.included?.[0]?.id).toBe(metricId);
  expect((await metrics.getMetricForMetricProperty(id)).body.data?.id).toBe(metricId);
  expect((await metrics.getMetricIdForMetricProperty(id)).body.data?.id).toBe(metricId);
});

test('defines a custom metric, and maps the revenue to it', async () => {
  const orders = `Orders ${crypto.randomUUID()}`;
  await events.createEvent(event(somebody(), orders, { value: 12, properties: { paid: true } }));
  const metricId = (await metrics.getMetrics()).body.data.find((one) => one.attributes.name === orders)?.id ?? '';
  const filter = { type: 'boolean' as const, operator: 'equals' as const, value: true };
  const definition = {
    aggregationMethod: 'value' as const,
    metricGroups: [{ metricId, metricFilters: [{ property: 'paid', filter }] }],
  };
  const { body: made } = await metrics.createCustomMetric({
    data: { type: CustomMetricEnum.CustomMetric, attributes: { name: orders, definition } },
  });
  const { id } = made.data;
  const name = `${orders}, paid`;
  await metrics.updateCustomMetric(id, { data: { type: CustomMetricEnum.CustomMetric, id, attributes: { name } } });
  expect((await metrics.getCustomMetric(id)).body.data.attributes.name).toBe(name);
  expect((await metrics.getCustomMetrics({ include: ['metrics'] })).body.included?.map((one) => one.id)).toContain(
    metricId,
  );
  expect((await metrics.getMetricsForCustomMetric(id)).body.data.map((one) => one.id)).toEqual([metricId]);
  expect((await metrics.getMetricIdsForCustomMetric(id)).body.data.map((one) => one.id)).toEqual([metricId]);

  const mapping = 'revenue' as const;
  const relationships = { customMetric: { data: { type: CustomMetricEnum.CustomMetric, id } } };
  await metrics.updateMappedMetric(mapping, {
    data: { type: MappedMetricEnum.MappedMetric, id: mapping, relationships },
  });
  expect((await metrics.getMappedMetrics()).body.data).toHaveLength(7);
  const mapped = await metrics.getMappedMetric(mapping, { include: ['custom-metric'] });
  expect(mapped.body.included?.map((one) => one.id)).toEqual([id]);
  expect((await metrics.getCustomMetricForMappedMetric(mapping)).body.data?.id).toBe(id);
  expect((await metrics.getCustomMetricIdForMappedMetric(mapping)).body.data?.id).toBe(id);
  const metricOf = await metrics.getMetricIdForMappedMetric(mapping);
  expect([metricOf.body.data, (await metrics.getMetricForMappedMetric(mapping)).body.data]).toEqual([null, null]);
  expect((await metrics.deleteCustomMetric(id)).response.status).toBe(204);
});

test('reports the errors of an event at their places', async () => {
  const { status, errors } = await refusal(
    events.createEvent(event('nobody', 'x'.repeat(200), { time: new Date('1980-01-01') })),
  );
  expect(status).toBe(400);
  expect(errors.map(({ source }) => source?.pointer).sort()).toEqual([
    '/data/attributes/metric/data/attributes/name',
    '/data/attributes/profile/data/attributes/email',
    '/data/attributes/time',
  ]);
});

test('returns no flows for a metric', async () => {
  const id = (await metrics.getMetrics()).body.data[0]?.id ?? '';
  for (const none of [await metrics.getFlowsTriggeredByMetric(id), await metrics.getIdsForFlowsTriggeredByMetric(id)])
    expect(none.body.data).toEqual([]);
});

test('the client has called every endpoint of the domain', () => {
  // Our own endpoints, for which the client has no method.
  const own = ['getBulkCreateEventsJob', 'getReceipt', 'getLive', 'getEventCounts'];
  expect(unanswered(domain, own)).toEqual([]);
});
