import { metricIdOf } from '../../../../functions/domains/events/records/metric.ts';
import { type App, type Fixture, made, nameOf, type Shown } from './fixture.ts';

const apiMetric = (name: string): string => metricIdOf({ service: 'api', name });

/** Creates a metric by an event of it. */
export const makeMetric = async (
  metric: { readonly name: string; readonly service?: string },
  app: App,
  properties: object = {},
): Promise<string> => {
  await made(app, '/api/events', {
    type: 'event',
    attributes: {
      properties,
      metric: { data: { type: 'metric', attributes: metric } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    },
  });
  return metricIdOf({ service: 'api', ...metric });
};

const METRIC_ID_LENGTH = 16;

const propertyOf = async (metric: string, name: string, app: App): Promise<Shown> =>
  (await app.get(`/api/metrics/${metric}/metric-properties`)).body.data.find(
    (one: Shown) => one.attributes.property === name,
  );

/** Gives a metric another property, by an event with it. */
export const addProperty = async (metric: string, n: number, app: App): Promise<string> => {
  const { name, integration } = (await app.get(`/api/metrics/${metric}`)).body.data.attributes;
  const service = integration.key === 'api' ? {} : { service: integration.key };
  await makeMetric({ name, ...service }, app, { [`Property ${n}`]: n });
  return (await propertyOf(metric, `Property ${n}`, app)).id;
};

const definitionOf = (...metricIds: readonly string[]) => ({
  aggregation_method: 'value',
  metric_groups: metricIds.map((metric_id) => ({
    metric_id,
    metric_filters: [{ property: 'Colour', filter: { type: 'string', operator: 'equals', value: 'red' } }],
    value_property: null,
  })),
});

const relatedMetrics = (n: number) => Array.from({ length: n + 1 }, (_, i) => `Related ${i}`);

export const metricFixtures: Readonly<Record<string, Fixture>> = {
  'custom-metric': {
    make: async (n, app) => {
      await makeMetric({ name: 'Placed Order' }, app);
      const attributes = { name: nameOf(n), definition: definitionOf(apiMetric('Placed Order')) };
      await made(app, '/api/custom-metrics', { type: 'custom-metric', attributes });
    },
    body: (n) => ({ attributes: { name: nameOf(n), definition: definitionOf(apiMetric('Placed Order')) } }),
    change: {
      name: 'Renamed',
      definition: { ...definitionOf(apiMetric('Placed Order')), aggregation_method: 'count' },
    },
    related: {
      metrics: {
        isNeverEmpty: true,
        async relate(id, n, app) {
          const names = relatedMetrics(n);
          for (const name of names) await makeMetric({ name }, app);
          const attributes = { definition: definitionOf(...names.map(apiMetric)) };
          const { status } = await app.patch(`/api/custom-metrics/${id}`, {
            data: { type: 'custom-metric', attributes },
          });
          if (status !== 200) throw new Error(`A custom metric was not changed: ${status}.`);
          return apiMetric(names.at(-1) ?? '');
        },
      },
    },
  },
  'metric-property': {
    make: (n, app) => makeMetric({ name: `Metric ${n}` }, app, { Colour: 'red' }),
    async items(app) {
      const names = Array.from({ length: 5 }, (_, n) => `Metric ${n}`);
      return Promise.all(names.map((name) => propertyOf(apiMetric(name), 'Colour', app)));
    },
    related: { metric: { isNeverEmpty: true, relate: async (id) => id.slice(0, METRIC_ID_LENGTH) } },
  },
  'mapped-metric': {
    isInEveryAccount: true,
    related: {
      metric: {
        relate: async (id, _, app) =>
          map(id, { type: 'metric', id: await makeMetric({ name: 'Placed Order' }, app) }, app),
      },
    },
  },
};

const map = async (id: string, to: { readonly type: string; readonly id: string }, app: App): Promise<string> => {
  const data = { type: 'mapped-metric', id, relationships: { [to.type]: { data: to } } };
  const { status } = await app.patch(`/api/mapped-metrics/${id}`, { data });
  if (status !== 200) throw new Error(`${id} was not mapped: ${status}.`);
  return to.id;
};
