import { expect, test } from 'vitest';
import { readDeployment } from './deployment.ts';
import { openJudge, withAllKeys } from './judge.ts';
import type { IamRequest } from './map/request.ts';
import { resourcesOf } from './policies.ts';

const deployment = readDeployment('e2e');
const { judge } = openJudge(deployment);
const only = (type: string, part = ''): string => {
  const [found, ...more] = resourcesOf(deployment, type).filter(({ id }) => id.startsWith(part));
  if (!found || more.length > 0) throw new Error(`There is not one ${part} of ${type}.`);
  return found.name;
};
const table = `arn:aws:dynamodb:us-east-1:000000000000:table/${only('AWS::DynamoDB::GlobalTable')}`;
const bucketOf = (part: string) => `arn:aws:s3:::${only('AWS::S3::Bucket', part)}`;
const imports = bucketOf('Imports');
const archive = bucketOf('Archive');
const queue = (part: string) =>
  `arn:aws:sqs:us-east-1:000000000000:${only('AWS::SQS::Queue', `${part}queueQueue`).split('/').at(-1)}`;
const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const ledger = { 'dynamodb:LeadingKeys': ['A#Ab12Cd#LEDGER#01PROFILE'] };
const person = { 'dynamodb:LeadingKeys': ['A#Ab12Cd#P#01PROFILE'] };
const from = (address: string) => ({ 'ses:FromAddress': address, 'ses:Recipients': ['ada@example.com'] });
const schedule = 'arn:aws:scheduler:us-east-1:000000000000:schedule/Tributary/one';
const identity = 'arn:aws:ses:us-east-1:000000000000:identity/shop@example.com';

type Case = readonly [by: string, action: string, resource: string, context?: IamRequest['context']];
const named = (cases: readonly Case[]) =>
  cases.map(([by, action, resource, context = {}]) => ({ by, action, resource, context }));

const denied = named([
  ['events-http', 's3:GetObject', `${archive}/events/account=Ab12Cd/day=2026-01-01/a.gz`, tls],
  ['events-http', 'dynamodb:Scan', table],
  ['events-http', 'dynamodb:PartiQLUpdate', table, person],
  ['archive-changes', 's3:GetObject', `${archive}/events/a.gz`, tls],
  ['archive-changes', 's3:PutObject', `${archive}/answers/a.csv`, tls],
  ['archive-changes', 'dynamodb:PutItem', table, person],
  ['changes-stream', 's3:PutObject', `${archive}/events/a.gz`, tls],
  ['changes-stream', 's3:GetObject', `${archive}/set-aside/a.gz`, tls],
  ['changes-stream', 'dynamodb:GetItem', table, person],
  ['consent-http', 'ses:SendEmail', identity, from('shop@example.com')],
  ['consent-queue', 'ses:SendEmail', identity, from('boss@example.com')],
  ['consent-queue', 'dynamodb:DeleteItem', table, ledger],
  ['consent-http', 'dynamodb:UpdateItem', table, ledger],
  ['imports-queue', 'dynamodb:PartiQLUpdate', table, ledger],
  ['imports-http', 's3:DeleteObject', `${imports}/profiles/a.csv`, tls],
  ['imports-http', 's3:DeleteObjectVersion', `${imports}/profiles/a.csv`, tls],
  ['imports-http', 's3:ListBucketVersions', imports, tls],
  ['imports-http', 's3:GetObject', `${imports}/privacy/Ab12Cd/1/data.zip`, tls],
  ['imports-http', 's3:PutObject', `${imports}/reports/Ab12Cd/1/errors-1.jsonl`, tls],
  ['imports-queue', 's3:GetObject', `${imports}/privacy/Ab12Cd/1/data.zip`, tls],
  ['imports-queue', 's3:GetObject', `${imports}/bulk/Ab12Cd/1.json`, tls],
  ['privacy-http', 's3:PutObject', `${imports}/privacy/Ab12Cd/1/data.zip`, tls],
  ['privacy-http', 's3:GetObject', `${imports}/profiles/people.csv`, tls],
  ['privacy-http', 'dynamodb:DeleteItem', table, ledger],
  ['profiles-http', 's3:GetObject', `${imports}/profiles/people.csv`, tls],
  ['profiles-queue', 's3:PutObject', `${imports}/profiles/people.csv`, tls],
  ['profiles-http', 's3:DeleteObjectVersion', `${imports}/bulk/Ab12Cd/1.json`, tls],
  ['lists-http', 'sqs:SendMessage', queue('imports'), tls],
  ['lists-exhausted', 's3:GetObject', `${imports}/profiles/a.csv`, tls],
  ['profiles-exhausted', 's3:GetObject', `${imports}/bulk/Ab12Cd/1.json`, tls],
  ['consent-exhausted', 'ses:SendEmail', identity, from('shop@example.com')],
  ['privacy-exhausted', 'dynamodb:DeleteItem', table, ledger],
  ['privacy-exhausted', 's3:DeleteObjectVersion', `${imports}/profiles/a.csv`, tls],
  ['imports-exhausted', 's3:PutObject', `${imports}/profiles/a.csv`, tls],
  ['imports-exhausted', 's3:DeleteObject', `${imports}/sftp/Ab12Cd/ada/profiles/a.csv`, tls],
  ['imports-exhausted', 'dynamodb:PartiQLUpdate', table, person],
  ['lists-queue', 'scheduler:CreateSchedule', schedule],
  ['imports-http', 'scheduler:CreateSchedule', schedule.replace('/Tributary/', '/default/')],
  ['imports-http', 'scheduler:DeleteSchedule', schedule],
  // Actions that would be allowed, by a connection that can be observed.
  ['imports-queue', 's3:GetObject', `${imports}/profiles/a.csv`, { 'aws:SecureTransport': 'false' }],
  ['imports-queue', 's3:GetObject', `${imports}/profiles/a.csv`, { ...tls, 's3:TlsVersion': '1.1' }],
  ['imports-http', 'sqs:SendMessage', queue('imports'), { 'aws:SecureTransport': 'false' }],
  [
    'events.amazonaws.com',
    'sqs:SendMessage',
    queue('imports'),
    { ...tls, 'aws:SourceArn': 'arn:aws:events:us-east-1:111111111111:rule/theirs' },
  ],
]);

test.each(denied)('$by is denied $action on $resource', async (asked) => {
  expect((await judge(asked)).isAllowed).toBe(false);
});

const allowed = named([
  ['consent-queue', 'ses:SendEmail', identity, from('shop@example.com')],
  ['consent-queue', 'dynamodb:DeleteItem', table, person],
  ['privacy-queue', 'dynamodb:DeleteItem', table, ledger],
  ['imports-queue', 's3:GetObject', `${imports}/profiles/a.csv`, tls],
  ['imports-http', 'sqs:SendMessage', queue('imports'), tls],
  ['imports-http', 'scheduler:CreateSchedule', schedule],
  ['imports-exhausted', 's3:PutObject', `${imports}/sftp/Ab12Cd/ada/results/a.report.json`, tls],
]);

// Otherwise the others could be denied for another reason.
test.each(allowed)('$by is allowed $action on $resource', async (asked) => {
  expect((await judge(asked)).isAllowed).toBe(true);
});

test('judged by all item keys, a transaction is checked with each key that it names', () => {
  const one = (key: string) => ({
    action: 'dynamodb:PutItem',
    resource: table,
    context: { 'dynamodb:LeadingKeys': [key] },
  });
  const { requests } = withAllKeys({
    function: 'a',
    service: 'dynamodb',
    operation: 'o',
    requests: [one('b'), one('a')],
  });
  expect(requests.map(({ context }) => context)).toEqual([
    { 'dynamodb:LeadingKeys': ['a', 'b'] },
    { 'dynamodb:LeadingKeys': ['a', 'b'] },
  ]);
});

test("a role fits IAM's limit: 10,240 characters of policies", () => {
  const sizes = resourcesOf(deployment, 'AWS::IAM::Policy').map(
    ({ properties }) => JSON.stringify(properties()).length,
  );
  expect(Math.max(...sizes)).toBeLessThan(10_240);
});
