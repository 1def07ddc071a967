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
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetConfigurationSetCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, expect, test } from 'vitest';
import { listStackResources } from '../../lib/cloudformation/resources.ts';
import { openStacks } from '../../lib/deploy/account/account.ts';
import { deployLocally } from '../../lib/local/deploy/deploy.ts';
import { startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { childEnvironment, clientConfig, repository, sdkEnvironment } from '../../lib/process/environment.ts';

const name = 'Passing';
const { endpoint, stop } = await startMiniStack();
afterAll(stop);
const config = clientConfig(endpoint);
const formation = new CloudFormationClient(config);
const s3 = new S3Client({ ...config, forcePathStyle: true });
const dynamodb = new DynamoDBClient(config);
const context = { name, protect: 'true', publicUrl: undefined };

const destroy = (...args: readonly string[]) => destroyOf(name, ...args);
const destroyOf = async (stack: string, ...args: readonly string[]) => {
  const command = ['bin/destroy.ts', '--stack', stack, ...args];
  const env = childEnvironment(sdkEnvironment(endpoint));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { env, cwd: repository });
    return { code: 0, said: stdout };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: 1, said: `${error.stdout}${error.stderr}` };
  }
};

const isThere = async (part: string): Promise<boolean> => {
  const { Stacks = [] } = await formation
    .send(new DescribeStacksCommand({ StackName: `${name}-${part}` }))
    .catch(() => ({ Stacks: [] }));
  return Stacks.some(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
};

const idsOf = async (part: string, type: string): Promise<string[]> =>
  (await listStackResources(`${name}-${part}`, formation)).flatMap(({ ResourceType, PhysicalResourceId: id }) =>
    ResourceType === type && id ? [id] : [],
  );

/** The mail settings of the consent worker, if any. */
const senderOf = async (): Promise<string | undefined> => {
  const functions = await Promise.all(
    (await idsOf('App', 'AWS::Lambda::Function')).map((FunctionName) =>
      new LambdaClient(config).send(new GetFunctionCommand({ FunctionName })),
    ),
  );
  return functions
    .map(({ Configuration }) => Configuration?.Environment?.Variables?.MAIL_CONFIGURATION_SET)
    .find((value) => value !== undefined);
};

test('turns mail off, and deletes the deployment without and with its data', { timeout: 600_000 }, async () => {
  const { TableName, ImportsBucket } = await deployLocally({ endpoint, context });
  const [set = ''] = await idsOf('Data', 'AWS::SES::ConfigurationSet');
  const mails = new SESv2Client(config);
  expect(await senderOf()).toBe(set);
  expect((await mails.send(new GetConfigurationSetCommand({ ConfigurationSetName: set }))).SuppressionOptions).toEqual({
    SuppressedReasons: [],
  });
  await s3.send(new PutObjectCommand({ Bucket: ImportsBucket, Key: 'profiles/notes.txt', Body: 'kept' }));
  await s3.send(new PutObjectCommand({ Bucket: ImportsBucket, Key: 'profiles/notes.txt', Body: 'twice' }));

  expect(await deployLocally({ endpoint, context: { ...context, mailFrom: undefined } })).toMatchObject({
    TableName,
    ImportsBucket,
  });
  expect(await senderOf()).toBeUndefined();
  expect(await idsOf('Data', 'AWS::SES::ConfigurationSet')).toEqual([]);

  // The local cloud creates no SFTP server by CloudFormation: any stack of that name will do.
  const TemplateBody = JSON.stringify({ Resources: { Logs: { Type: 'AWS::Logs::LogGroup' } } });
  await formation.send(new CreateStackCommand({ StackName: `${name}-Sftp`, TemplateBody }));
  expect(await destroy('--with-data')).toMatchObject({ code: 1, said: expect.stringContaining('--yes') });
  expect(await Promise.all(['Data', 'App', 'Sftp'].map(isThere))).toEqual([true, true, true]);

  expect(await destroy('--only-sftp', '--yes')).toMatchObject({ code: 0 });
  expect(await Promise.all(['Data', 'App', 'Sftp'].map(isThere))).toEqual([true, true, false]);
  expect(await destroy('--only-sftp', '--yes')).toMatchObject({ code: 1 });

  const kept = await destroy('--yes');
  expect(kept).toMatchObject({ code: 0, said: expect.stringContaining('stay, and AWS charges for their storage') });
  expect(await Promise.all(['Data', 'App'].map(isThere))).toEqual([true, false]);
  expect(await destroy('--yes')).toMatchObject({ code: 1, said: expect.stringContaining('--with-data') });

  const table = () => dynamodb.send(new DescribeTableCommand({ TableName }));
  // The local cloud's CloudFormation omits that.
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  const gone = await destroy('--with-data', '--yes');
  expect(gone).toMatchObject({ code: 0, said: expect.stringContaining('35 days') });
  expect(await isThere('Data')).toBe(false);
  await expect(table()).rejects.toThrow();
  await expect(s3.send(new HeadBucketCommand({ Bucket: ImportsBucket }))).rejects.toThrow();
  expect(await destroy('--with-data', '--yes')).toMatchObject({
    code: 1,
    said: expect.stringContaining('no deployment'),
  });
});

test('finds and deletes what a deleted stack left, as after a killed run', async () => {
  const StackName = 'Left-Data';
  const Kept = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' };
  const Gone = { Type: 'AWS::S3::Bucket' };
  await formation.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { Kept, Gone } }) }),
  );
  const { StackResourceDetail: { PhysicalResourceId: Bucket } = {} } = await formation.send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Kept' }),
  );
  if (Bucket === undefined) throw new Error('The stack has no bucket.');
  await s3.send(new PutObjectCommand({ Bucket, Key: 'profiles/notes.txt', Body: 'left' }));
  await formation.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client: formation, maxWaitTime: 60 }, { StackName });
  await s3.send(new HeadBucketCommand({ Bucket }));

  expect(await destroyOf('Left', '--with-data', '--yes')).toMatchObject({
    code: 0,
    said: expect.stringContaining(Bucket),
  });
  await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toThrow();
});

test('knows all resources of a stack that has more than CloudFormation lists at once', async () => {
  const StackName = 'Large';
  const Resources = Object.fromEntries(
    Array.from({ length: 130 }, (_, n) => [`Topic${n}`, { Type: 'AWS::SNS::Topic' }]),
  );
  await formation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
  const resources = await openStacks(formation).resources(StackName);
  expect(new Set(resources.map(({ id }) => id)).size).toBe(130);
  expect(new Set(resources.map(({ type }) => type))).toEqual(new Set(['AWS::SNS::Topic']));
});
