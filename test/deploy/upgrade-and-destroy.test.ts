import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStacks } from '../../lib/deploy/account/account.ts';
import { type MiniStack, startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { freePort } from '../../lib/local/ministack/ports.ts';
import { startProxy } from '../../lib/local/ministack/proxy.ts';
import { type Access, openAccount } from '../../lib/local/stack/account.ts';
import { childEnvironment, clientConfig, repository, sdkEnvironment } from '../../lib/process/environment.ts';
import { settingsParameter } from '../../lib/settings/settings.ts';
import { baselineSettings } from '../../lib/templates/baseline.ts';
import { bundledProgram } from '../support/processes/bundled-program.ts';
import { runDeploy } from './deploy-command.ts';
import { deployLastRelease } from './last-release.ts';

const Outputs = v.object({ ApiUrl: v.string(), TableName: v.string(), ImportsBucket: v.string() });

let cloud: MiniStack;
let access: Access;

const client = () => new CloudFormationClient(clientConfig(cloud.endpoint));
const dynamo = () => new DynamoDBClient(clientConfig(cloud.endpoint));
const s3 = () => new S3Client({ ...clientConfig(cloud.endpoint), forcePathStyle: true });
const outputs = async () => {
  const { Stacks = [] } = await client().send(new DescribeStacksCommand({}));
  const all = Stacks.flatMap(({ Outputs: of = [] }) =>
    of.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  return v.parse(Outputs, Object.fromEntries(all));
};

const call = async (path: string, body?: unknown) => {
  const { ApiUrl: api } = await outputs();
  const port = await freePort();
  const proxy = await startProxy({ port, api, endpoint: cloud.endpoint });
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Klaviyo-API-Key ${access.apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.text() };
  } finally {
    await proxy.stop();
  }
};

const event = (unique_id: string) => ({
  data: {
    type: 'event',
    attributes: {
      unique_id,
      properties: { sku: unique_id },
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    },
  },
});

beforeAll(async () => {
  cloud = await startMiniStack();
  await deployLastRelease(cloud.endpoint);
  access = await openAccount(cloud.endpoint, await outputs(), undefined);
}, 120_000);

afterAll(() => cloud?.stop());

test('deploys this version over the last release: data stays readable, settings and protection stay', async () => {
  for (const id of ['one', 'two']) expect((await call('/api/events', event(id))).status).toBe(202);
  const before = await outputs();

  const { code, said } = await runDeploy(cloud.endpoint, '--yes', '-c', 'logLevel=warn');
  expect(said).toContain('These were derived from its stacks');
  expect([code, said.slice(-2_000)]).toEqual([0, expect.stringContaining('Deployed.')]);

  expect(await outputs()).toMatchObject({ TableName: before.TableName, ImportsBucket: before.ImportsBucket });
  const { body } = await call('/api/events?sort=datetime');
  expect(body).toContain('"sku":"one"');
  expect(body).toContain('"sku":"two"');
  expect((await call('/api/profiles')).body).toContain('ada@example.com');
  expect((await call('/api/events', event('three'))).status).toBe(202);

  const { sftp: _, ...kept } = baselineSettings;
  const { Parameter } = await new SSMClient(clientConfig(cloud.endpoint)).send(
    new GetParameterCommand({ Name: settingsParameter('Tributary') }),
  );
  expect(JSON.parse(Parameter?.Value ?? '')).toEqual({ ...kept, logLevel: 'warn' });

  const { Table } = await dynamo().send(new DescribeTableCommand({ TableName: before.TableName }));
  expect(Table?.DeletionProtectionEnabled).toBe(true);
  const { Stacks: [stack] = [] } = await client().send(new DescribeStacksCommand({ StackName: 'Tributary-Data' }));
  expect(stack?.EnableTerminationProtection).toBe(true);
}, 240_000);

const destroy = async (...args: readonly string[]) => {
  const env = childEnvironment(sdkEnvironment(cloud.endpoint));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [await bundledProgram('bin/destroy.ts'), ...args], {
      env,
      cwd: repository,
    });
    return { code: 0, said: stdout };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: 1, said: `${error.stdout}${error.stderr}` };
  }
};

const isThere = async (part: string): Promise<boolean> => {
  const { Stacks = [] } = await client()
    .send(new DescribeStacksCommand({ StackName: `Tributary-${part}` }))
    .catch(() => ({ Stacks: [] }));
  return Stacks.some(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
};

test('deletes the deployment without and with its data', { timeout: 600_000 }, async () => {
  const { TableName, ImportsBucket } = await outputs();
  await s3().send(new PutObjectCommand({ Bucket: ImportsBucket, Key: 'profiles/notes.txt', Body: 'kept' }));
  await s3().send(new PutObjectCommand({ Bucket: ImportsBucket, Key: 'profiles/notes.txt', Body: 'twice' }));

  // The local cloud creates no SFTP server by CloudFormation: any stack of that name will do.
  const TemplateBody = JSON.stringify({ Resources: { Logs: { Type: 'AWS::Logs::LogGroup' } } });
  await client().send(new CreateStackCommand({ StackName: 'Tributary-Sftp', TemplateBody }));
  expect(await destroy('--with-data')).toMatchObject({ code: 1, said: expect.stringContaining('--yes') });
  expect(await Promise.all(['Data', 'App', 'Sftp'].map(isThere))).toEqual([true, true, true]);

  expect(await destroy('--only-sftp', '--yes')).toMatchObject({ code: 0 });
  expect(await Promise.all(['Data', 'App', 'Sftp'].map(isThere))).toEqual([true, true, false]);
  expect(await destroy('--only-sftp', '--yes')).toMatchObject({ code: 1 });

  const kept = await destroy('--yes');
  expect(kept).toMatchObject({ code: 0, said: expect.stringContaining('stay, and AWS charges for their storage') });
  expect(await Promise.all(['Data', 'App'].map(isThere))).toEqual([true, false]);
  expect(await destroy('--yes')).toMatchObject({ code: 1, said: expect.stringContaining('--with-data') });

  const table = () => dynamo().send(new DescribeTableCommand({ TableName }));
  // The local cloud's CloudFormation omits that.
  await dynamo().send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  const gone = await destroy('--with-data', '--yes');
  expect(gone).toMatchObject({ code: 0, said: expect.stringContaining('35 days') });
  expect(await isThere('Data')).toBe(false);
  await expect(table()).rejects.toThrow();
  await expect(s3().send(new HeadBucketCommand({ Bucket: ImportsBucket }))).rejects.toThrow();
  expect(await destroy('--with-data', '--yes')).toMatchObject({
    code: 1,
    said: expect.stringContaining('no deployment'),
  });
});

test('finds and deletes what a deleted stack left, as after a killed run', async () => {
  const StackName = 'Left-Data';
  const Kept = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' };
  const Gone = { Type: 'AWS::S3::Bucket' };
  await client().send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { Kept, Gone } }) }),
  );
  const { StackResourceDetail: { PhysicalResourceId: Bucket } = {} } = await client().send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Kept' }),
  );
  if (Bucket === undefined) throw new Error('The stack has no bucket.');
  await s3().send(new PutObjectCommand({ Bucket, Key: 'profiles/notes.txt', Body: 'left' }));
  await client().send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client: client(), maxWaitTime: 60 }, { StackName });
  await s3().send(new HeadBucketCommand({ Bucket }));

  expect(await destroy('--stack', 'Left', '--with-data', '--yes')).toMatchObject({
    code: 0,
    said: expect.stringContaining(Bucket),
  });
  await expect(s3().send(new HeadBucketCommand({ Bucket }))).rejects.toThrow();
});

test('knows all resources of a stack that has more than CloudFormation lists at once', async () => {
  const StackName = 'Large';
  const Resources = Object.fromEntries(
    Array.from({ length: 130 }, (_, n) => [`Topic${n}`, { Type: 'AWS::SNS::Topic' }]),
  );
  await client().send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
  const resources = await openStacks(client()).resources(StackName);
  expect(new Set(resources.map(({ id }) => id)).size).toBe(130);
  expect(new Set(resources.map(({ type }) => type))).toEqual(new Set(['AWS::SNS::Topic']));
});
