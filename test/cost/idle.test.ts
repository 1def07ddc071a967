import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { domains } from '../../functions/domains.ts';
import { makeApp } from '../../lib/app.ts';
import { idleBill, standing } from '../../lib/cost/idle.ts';

const { data, service } = makeApp(domains, { context: { 'aws:cdk:bundling-stacks': [] } });
const templates = [data, service].map((stack) => Template.fromStack(stack));
const all = (type: string): unknown[] => templates.flatMap((template) => Object.values(template.findResources(type)));
/** An alarm that computes is charged for each metric that it computes with. */
const Alarm = v.object({ Properties: v.object({ Metrics: v.optional(v.array(v.unknown()), ['its own']) }) });
const isOfQueue = (mapping: unknown): boolean => JSON.stringify(mapping).includes('queue') && !isOfExhausted(mapping);
const isOfExhausted = (mapping: unknown): boolean => JSON.stringify(mapping).includes('Exhausted');

test('what costs something while nobody uses it is what the templates have', () => {
  const metrics = all('AWS::CloudWatch::Alarm').flatMap((alarm) => v.parse(Alarm, alarm).Properties.Metrics);
  expect({
    alarms: metrics.length,
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    queues: all('AWS::Lambda::EventSourceMapping').filter(isOfQueue).length,
    exhausted: all('AWS::Lambda::EventSourceMapping').filter(isOfExhausted).length,
  }).toEqual(standing);
  expect(idleBill()['Alarms, dashboard']).toBeCloseTo(7.1);
});
