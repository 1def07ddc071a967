import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test, vi } from 'vitest';
import { makeApp } from '../../../lib/stacks/app.ts';
import { lint } from '../../../lib/templates/lint.ts';

test('reports a template that CloudFormation would refuse', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tributary-')), 'bad.template.json');
  const Queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeOut: 30 } };
  writeFileSync(file, JSON.stringify({ Resources: { Queue } }));
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});

  expect(await lint([file])).toBe(false);
  expect(said).toHaveBeenCalledWith(expect.stringContaining("'VisibilityTimeOut' was unexpected"));
}, 120_000);

test('a stack with an unsafe resource is not synthesized', () => {
  const { app, service } = makeApp([], { context: { 'aws:cdk:bundling-stacks': [] } });
  new Queue(service, 'Unsafe');

  expect(() => app.synth()).toThrow('does not require requests to use SSL');
});
