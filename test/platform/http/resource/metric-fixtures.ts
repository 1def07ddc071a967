import { metricIdOf } from '../../../../functions/domains/events/records/metric.ts';
import { type App, type Fixture, made, nameOf } from './fixture.ts';

const apiMetric = (name: string): string => metricIdOf({ service: 'api', name });

/** Creates a metric by an event of it. */
export const makeMetric = async (
  metric: { readonly name: string; readonly service?: string },
  app: App,
): Promise<string> => {
  await made(app, '/api/events', {
    type: 'event',
    attributes: {
      properties: { Colour: 'red' },
      metric: { data: { type: 'metric', attributes: metric } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    },
  });
  return metricIdOf({ service: 'api', ...metric });
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
