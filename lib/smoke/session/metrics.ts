import { GetMetricDataCommand, type Metric, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import type { Capability } from './check.ts';
import { resourcesOf } from './deployment.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait.ts';

const MINUTE_MS = 60_000;
/** CloudWatch shows a metric up to some minutes late. */
const PATIENCE = { seconds: 300, everySeconds: 5 };

const isListed = async ({ deployment }: Session, metric: Metric): Promise<boolean> => {
  const { metrics: client } = deployment.clients;
  for await (const { Metrics = [] } of paginateListMetrics({ client }, metric)) if (Metrics.length > 0) return true;
  return false;
};

const listing = (Namespace: string, MetricName: string): Capability => ({
  name: `metrics ${Namespace}`,
  missing: async (session) =>
    (await isListed(session, { Namespace, MetricName }))
      ? undefined
      : `ListMetrics names no ${MetricName} of ${Namespace}, although it was used`,
});

export const functionMetrics = listing('AWS/Lambda', 'Invocations');
export const tableMetrics = listing('AWS/DynamoDB', 'ConsumedWriteCapacityUnits');

export interface Sum {
  readonly id: string;
  readonly sum: number;
}

/** Sums since the start of the run, or of the first run under `--resume`; zero sums are omitted. */
export const sums = async (
  metrics: readonly (Metric & { readonly id: string })[],
  { deployment, state }: Session,
): Promise<Sum[]> => {
  const began = Math.floor(Date.parse(state().startedAt) / MINUTE_MS) * MINUTE_MS;
  const Period = Date.now() - began > 6 * 60 * MINUTE_MS ? 3_600 : 60;
  const asked = new GetMetricDataCommand({
    StartTime: new Date(began),
    EndTime: new Date(Date.now() + MINUTE_MS),
    MetricDataQueries: metrics.map(({ id: _, ...metric }, i) => ({
      Id: `m${i}`,
      MetricStat: { Metric: metric, Period, Stat: 'Sum' },
    })),
  });
  const { MetricDataResults = [] } = await deployment.clients.metrics.send(asked);
  return metrics
    .map(({ id }, i) => {
      const values = MetricDataResults.flatMap(({ Id, Values = [] }) => (Id === `m${i}` ? Values : []));
      return { id, sum: values.reduce((a, b) => a + b, 0) };
    })
    .filter(({ sum }) => sum > 0);
};

/** A metric of every function, once the invocations of this run have arrived in CloudWatch. */
export const sumsOf = async (MetricName: string, session: Session): Promise<Sum[]> => {
  const functions = resourcesOf(session.deployment, 'AWS::Lambda::Function');
  const of = (name: string) =>
    functions.map(({ physicalId }) => ({
      id: physicalId,
      Namespace: 'AWS/Lambda',
      MetricName: name,
      Dimensions: [{ Name: 'FunctionName', Value: physicalId }],
    }));
  await waitFor("CloudWatch's metrics of this run", PATIENCE, session, async () =>
    (await sums(of('Invocations'), session)).length > 0 ? true : undefined,
  );
  return sums(of(MetricName), session);
};
