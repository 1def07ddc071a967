import { expect, test } from 'vitest';
import type { WireCall } from './map/request.ts';
import { authorized } from './map/services.ts';

const call = (more: Partial<Omit<WireCall, 'url'>> & { readonly path?: string }): WireCall => ({
  method: 'GET',
  headers: {},
  body: '',
  status: 200,
  ...more,
  url: new URL(more.path ?? '/', 'http://local'),
});
const asked = (service: string, more: Parameters<typeof call>[0]) =>
  authorized(service, call(more)).requests.map(({ action, resource }) => `${action} ${resource.split(':').at(-1)}`);
const dynamo = (operation: string, input: object) => ({
  method: 'POST',
  headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
  body: JSON.stringify(input),
});

test('a transaction requires the action of each of its items, with the key of each', () => {
  const key = { pk: { S: 'A' }, sk: { S: '1' } };
  const items = [{ Put: { TableName: 't', Item: key } }, { Delete: { TableName: 't', Key: key } }];
  const { requests } = authorized('dynamodb', call(dynamo('TransactWriteItems', { TransactItems: items })));
  expect(requests.map(({ action }) => action)).toEqual(['dynamodb:PutItem', 'dynamodb:DeleteItem']);
  expect(requests[0]?.context).toMatchObject({
    'dynamodb:LeadingKeys': ['A'],
    'dynamodb:EnclosingOperation': 'TransactWriteItems',
  });
});

test('a query of an index requires that index, by its own key', () => {
  const input = {
    TableName: 't',
    IndexName: 'gsi2',
    KeyConditionExpression: '#a = :a AND #b BETWEEN :b AND :c',
    ExpressionAttributeNames: { '#a': 'gsi2pk', '#b': 'gsi2sk' },
    ExpressionAttributeValues: { ':a': { S: 'L' }, ':b': { S: ' ' }, ':c': { S: '~' } },
  };
  expect(asked('dynamodb', dynamo('Query', input))).toEqual(['dynamodb:Query table/t/index/gsi2']);
  const { requests } = authorized('dynamodb', call(dynamo('Query', input)));
  expect(requests[0]?.context).toMatchObject({
    'dynamodb:LeadingKeys': ['L'],
    'dynamodb:Attributes': ['gsi2pk', 'gsi2sk'],
  });
});

test('statements require the actions of their verbs', () => {
  const Statements = [
    { Statement: `INSERT INTO "t" VALUE {'pk':?,'sk':?}`, Parameters: [{ S: 'A' }, { S: '1' }] },
    {
      Statement: 'UPDATE "t" SET "x"=? REMOVE "y" WHERE "pk"=? AND "sk"=?',
      Parameters: ['x', 'B', '1'].map((S) => ({ S })),
    },
  ];
  const { requests } = authorized('dynamodb', call(dynamo('BatchExecuteStatement', { Statements })));
  expect(requests.map(({ action, context }) => [action, context['dynamodb:LeadingKeys']])).toEqual([
    ['dynamodb:PartiQLInsert', ['A']],
    ['dynamodb:PartiQLUpdate', ['B']],
  ]);
  expect(requests[1]?.context['dynamodb:Attributes']).toEqual(['pk', 'sk', 'x', 'y']);
});

test.each([
  [{ path: '/b/a/k' }, ['s3:GetObject b/a/k']],
  [{ path: '/b/k', method: 'HEAD', status: 404 }, ['s3:GetObject b/k', 's3:ListBucket b']],
  [{ path: '/b/k?versionId=1' }, ['s3:GetObjectVersion b/k']],
  [{ path: '/b?list-type=2&prefix=p' }, ['s3:ListBucket b']],
  [{ path: '/b?versions' }, ['s3:ListBucketVersions b']],
  [{ path: '/b/k', method: 'PUT' }, ['s3:PutObject b/k']],
  [{ path: '/b/k?uploads', method: 'POST' }, ['s3:PutObject b/k']],
  [{ path: '/b/k?partNumber=1&uploadId=u', method: 'PUT' }, ['s3:PutObject b/k']],
  [{ path: '/b/k?uploadId=u', method: 'DELETE' }, ['s3:AbortMultipartUpload b/k']],
  [{ path: '/b/k', method: 'DELETE' }, ['s3:DeleteObject b/k']],
  [{ path: '/b/k?versionId=1', method: 'DELETE' }, ['s3:DeleteObjectVersion b/k']],
  [
    { path: '/b/k', method: 'PUT', headers: { 'x-amz-copy-source': 'b/o%20p?versionId=1' } },
    ['s3:GetObjectVersion b/o p', 's3:PutObject b/k', 's3:GetObjectVersionTagging b/o p', 's3:PutObjectTagging b/k'],
  ],
  [
    { path: '/b/k', method: 'PUT', headers: { 'x-amz-copy-source': 'b/o', 'x-amz-tagging-directive': 'REPLACE' } },
    ['s3:GetObject b/o', 's3:PutObject b/k'],
  ],
])('S3 requires %j', (more, expected) => {
  expect(asked('s3', more)).toEqual(expected);
});

test('creating a schedule requires passing its role, which sends the due message', () => {
  const RoleArn = 'arn:aws:iam::000000000000:role/r';
  const Target = { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', RoleArn };
  const { requests } = authorized(
    'scheduler',
    call({ method: 'POST', path: '/schedules/one', body: JSON.stringify({ GroupName: 'g', Target }) }),
  );
  expect(requests.map(({ action, role }) => [action, role])).toEqual([
    ['scheduler:CreateSchedule', undefined],
    ['iam:PassRole', undefined],
    ['sqs:SendMessage', RoleArn],
  ]);
});

test('an unlisted call is an error', () => {
  for (const [service, more] of [
    ['dynamodb', dynamo('DescribeTable', { TableName: 't' })],
    ['s3', { path: '/b?acl' }],
    ['ses', { method: 'GET' }],
    ['kms', {}],
  ] as const)
    expect(() => authorized(service, call(more))).toThrow('Nothing says what');
});
