import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allFolders } from '../../../functions/domains/privacy/folders.ts';
import { privacy } from '../../../functions/services/privacy.ts';
import { makeApp } from '../../../lib/stacks/app.ts';

const { data: dataStack, service } = makeApp([privacy], { context: { 'aws:cdk:bundling-stacks': [] } });
const data = Template.fromStack(dataStack);
const functions = Template.fromStack(service);

test('removes access files after a week, and their old versions a day later', () => {
  data.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        {
          Id: 'handed-out',
          Prefix: 'privacy/',
          Status: 'Enabled',
          ExpirationInDays: 7,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        },
      ]),
    },
  });
});

test('removes files outside of the sweep by a bucket rule within two weeks', () => {
  const expiring = allFolders.filter(({ change }) => change === 'expire');
  expect(expiring).not.toEqual([]);
  for (const { prefix } of expiring)
    data.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: prefix, Status: 'Enabled', ExpirationInDays: 14 })]),
      },
    });
});

test('lets only the privacy worker read the archive and remove from ledgers, not the API', () => {
  const actionsOf = (entryPoint: string): string[] =>
    Object.entries(functions.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith(`privacy${entryPoint}`))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action, Effect, Resource }: { Action: string[]; Effect: string; Resource: unknown }) =>
        Effect === 'Allow' && JSON.stringify(Resource).includes('Archive') ? Action : [],
      );
  expect(actionsOf('http')).toEqual([]);
  expect(actionsOf('queue')).toContain('s3:GetObject');
  const denials = (entryPoint: string) =>
    Object.entries(functions.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith(`privacy${entryPoint}`))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }: { Effect: string }) => Effect === 'Deny').length;
  expect([denials('http'), denials('queue')]).toEqual([1, 0]);
});
