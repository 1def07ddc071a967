import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { everyOption, resolved, synthesize } from '../../support/templates.ts';

const { all, ofType, templates } = synthesize(everyOption);
const lengthOf = (value: unknown): number => JSON.stringify(resolved(value)).length;
const Board = v.object({
  widgets: v.array(v.object({ properties: v.looseObject({ alarms: v.optional(v.array(v.string())) }) })),
});
const Ids = v.optional(v.union([v.string(), v.array(v.string())]), []);
const dependenciesOf = (id: string): readonly string[] =>
  templates.flatMap(({ json }) => [v.parse(Ids, json.Resources?.[id]?.DependsOn)].flat());

describe('CloudFormation accepts each template', () => {
  test.each(templates)('$name: size, resources, outputs and names', ({ json }) => {
    expect(JSON.stringify(json).length).toBeLessThan(1_000_000);
    expect(Object.keys(json.Parameters ?? {}).length).toBeLessThanOrEqual(200);
    expect(Object.keys(json.Resources).length).toBeLessThanOrEqual(500);
    const outputs = v.parse(v.record(v.string(), v.looseObject({})), json.Outputs ?? {});
    expect(Object.keys(outputs).length).toBeLessThanOrEqual(200);
    for (const id of [...Object.keys(json.Resources), ...Object.keys(outputs)])
      expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/);
    for (const output of Object.values(outputs)) expect(lengthOf(output)).toBeLessThanOrEqual(1_024);
  });

  test('no two stacks export one name', () => {
    const names = [...JSON.stringify(templates.map(({ json }) => json)).matchAll(/"Export":\{"Name":"([^"]+)"/g)];
    expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
  });
});

describe('Lambda accepts each function', () => {
  const functions = ofType('AWS::Lambda::Function');

  test.each(functions)('$id', ({ id, properties }) => {
    const { Environment, Description, MemorySize, Timeout, Handler, Role } = properties;
    const variables: Record<string, unknown> = Environment.Variables;
    expect(lengthOf(variables)).toBeLessThanOrEqual(4_096);
    for (const name of Object.keys(variables)) expect(name).not.toMatch(/^(AWS_|LAMBDA_|_)/);
    expect(Description.length).toBeLessThanOrEqual(256);
    expect(MemorySize).toBeGreaterThanOrEqual(128);
    // The limit of new accounts; 10,240 only on request.
    expect(MemorySize).toBeLessThanOrEqual(3_008);
    // API Gateway times out after 30 seconds.
    expect(Timeout).toBeLessThanOrEqual(Handler === 'index.http' ? 30 : 900);
    // A mapping is refused if its function may not read the source yet.
    const [role] = Role['Fn::GetAtt'];
    const policy = ofType('AWS::IAM::Policy').find(({ properties: { Roles } }) => Roles[0].Ref === role);
    expect(dependenciesOf(id)).toContain(policy?.id);
  });

  test('its mappings', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
    const onStream = mappings.filter(({ StartingPosition }) => StartingPosition);
    // More readers of a shard are throttled.
    expect(onStream.length).toBeLessThanOrEqual(2);
    for (const { FilterCriteria, BatchSize, MaximumBatchingWindowInSeconds, ...more } of onStream) {
      expect(FilterCriteria.Filters.length).toBeLessThanOrEqual(5);
      for (const { Pattern } of FilterCriteria.Filters) expect(Pattern.length).toBeLessThanOrEqual(4_096);
      expect(BatchSize).toBeLessThanOrEqual(10_000);
      expect(MaximumBatchingWindowInSeconds).toBeLessThanOrEqual(300);
      expect(more.MaximumRecordAgeInSeconds).toBeLessThanOrEqual(86_400);
      expect(more.MaximumRetryAttempts).toBeLessThanOrEqual(10_000);
    }
    for (const { ScalingConfig, StartingPosition } of mappings) {
      if (StartingPosition || !ScalingConfig) continue;
      expect(ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(ScalingConfig.MaximumConcurrency).toBeLessThanOrEqual(1_000);
    }
  });
});

const timeoutOf = (name: string): number =>
  ofType('AWS::Lambda::Function').find(({ id }) => id === name)?.properties.Timeout ?? 0;

test.each(ofType('AWS::SQS::Queue'))('SQS accepts $id', ({ id, properties }) => {
  const takers = ofType('AWS::Lambda::EventSourceMapping').filter(({ properties }) =>
    JSON.stringify(properties.EventSourceArn).includes(id),
  );
  const timeouts = takers.map(({ properties }) => timeoutOf(properties.FunctionName.Ref));
  const { VisibilityTimeout, RedrivePolicy, MessageRetentionPeriod } = properties;
  expect(MessageRetentionPeriod).toBeLessThanOrEqual(1_209_600);
  if (!RedrivePolicy) return;
  expect(timeouts).toHaveLength(1);
  // Lambda refuses a queue that redelivers a message while a function may still process it.
  expect(VisibilityTimeout).toBeGreaterThanOrEqual(Math.max(...timeouts));
  expect(VisibilityTimeout).toBeLessThanOrEqual(43_200);
});

test('IAM accepts the policies of each role', () => {
  const sizes = new Map<string, number>();
  for (const { properties } of ofType('AWS::IAM::Policy'))
    for (const { Ref } of properties.Roles) sizes.set(Ref, (sizes.get(Ref) ?? 0) + lengthOf(properties.PolicyDocument));
  expect(sizes.size).toBeGreaterThan(0);
  for (const size of sizes.values()) expect(size).toBeLessThanOrEqual(10_240);
});

test('DynamoDB accepts the table, and API Gateway its routes', () => {
  const [table] = ofType('AWS::DynamoDB::GlobalTable');
  const indexes: { Projection: { NonKeyAttributes: string[] } }[] = table?.properties.GlobalSecondaryIndexes;
  expect(indexes.length).toBeLessThanOrEqual(20);
  expect(indexes.flatMap(({ Projection }) => Projection.NonKeyAttributes).length).toBeLessThanOrEqual(100);
  expect(ofType('AWS::ApiGatewayV2::Route').length).toBeLessThanOrEqual(300);
  for (const { properties } of ofType('AWS::ApiGatewayV2::Api'))
    expect(properties.CorsConfiguration.MaxAge).toBeLessThanOrEqual(86_400);
});

test('EventBridge and CloudWatch accept the texts', () => {
  for (const { properties } of ofType('AWS::Events::Rule')) {
    expect(properties.Description.length).toBeLessThanOrEqual(512);
    expect(properties.Targets.length).toBeLessThanOrEqual(5);
  }
  for (const { properties } of ofType('AWS::Logs::MetricFilter')) {
    const [{ MetricNamespace, MetricName }] = properties.MetricTransformations;
    for (const name of [MetricNamespace, MetricName]) expect(name).toMatch(/^[\w/-]{1,255}$/);
  }
  for (const { properties } of all.filter(
    ({ type }) => type === 'AWS::Athena::WorkGroup' || type === 'AWS::Glue::Table',
  ))
    expect(String(properties.Name ?? properties.DatabaseName)).toMatch(/^[\w.-]{1,128}$/);
});

test('the dashboard shows each alarm once, in widgets that CloudWatch accepts', () => {
  const [board] = ofType('AWS::CloudWatch::Dashboard');
  const body = String(resolved(board?.properties.DashboardBody));
  const { widgets } = v.parse(Board, JSON.parse(body));
  expect(widgets.length).toBeLessThanOrEqual(500);
  const shown = widgets.flatMap(({ properties }) => (properties.alarms ? [properties.alarms.length] : []));
  for (const count of shown) expect(count).toBeLessThanOrEqual(100);
  expect(shown.reduce((sum, count) => sum + count, 0)).toBe(ofType('AWS::CloudWatch::Alarm').length);
});

test('SES sends confirmation mails also to addresses that bounced once', () => {
  const sets = ofType('AWS::SES::ConfigurationSet').map(({ properties }) => properties.SuppressionOptions);
  expect(sets).toEqual([{ SuppressedReasons: [] }]);
});
