import * as v from 'valibot';

/** Resources of a deployment that cost money by the hour, used or not. */
export interface Standing {
  /** By the watched metric, such as `Lambda Errors`. An alarm on a metric expression counts for each of its metrics. */
  readonly alarms: Readonly<Record<string, number>>;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Metrics derived from log lines. */
  readonly metrics: number;
  /** Lambda's concurrent polling requests to queues. */
  readonly pollers: number;
  readonly keys: number;
  readonly sftpServers: number;
}

const Metric = v.object({ Namespace: v.string(), MetricName: v.string() });
const Alarm = v.object({
  Properties: v.union([
    Metric,
    v.object({ Metrics: v.array(v.object({ MetricStat: v.optional(v.object({ Metric })) })) }),
  ]),
});
const Mapping = v.object({
  Properties: v.object({
    StartingPosition: v.optional(v.string()),
    ScalingConfig: v.optional(v.object({ MaximumConcurrency: v.optional(v.number()) })),
  }),
});
const Template = v.object({ Resources: v.record(v.string(), v.looseObject({ Type: v.string() })) });

/** Counts them in the stacks' templates. */
export const standingIn = (templates: readonly unknown[]): Standing => {
  const resources = templates.flatMap((template) => Object.values(v.parse(Template, template).Resources));
  const all = (type: string) => resources.filter(({ Type }) => Type === type);
  return {
    alarms: countBy(all('AWS::CloudWatch::Alarm').flatMap(metricsOf)),
    compositeAlarms: all('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    metrics: all('AWS::Logs::MetricFilter').length,
    pollers: all('AWS::Lambda::EventSourceMapping').reduce((sum, mapping) => sum + pollersOf(mapping), 0),
    keys: all('AWS::KMS::Key').length,
    sftpServers: all('AWS::Transfer::Server').length,
  };
};

const metricsOf = (alarm: unknown): string[] => {
  const { Properties: watched } = v.parse(Alarm, alarm);
  const metrics =
    'Metrics' in watched ? watched.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) : [watched];
  return metrics.map(({ Namespace, MetricName }) => `${Namespace.replace(/^AWS\//, '')} ${MetricName}`);
};

/**
 * Lambda reads a stream for free. It polls an idle queue with five requests at once; it goes down to two only if the
 * mapping has no maximum concurrency (docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
 */
const pollersOf = (mapping: unknown): number => {
  const { StartingPosition, ScalingConfig } = v.parse(Mapping, mapping).Properties;
  if (StartingPosition !== undefined) return 0;
  return ScalingConfig?.MaximumConcurrency === undefined ? 2 : 5;
};

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]));
