import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allServices } from '../../functions/services.ts';
import { bundleAll } from '../../lib/constructs/functions/bundle.ts';
import type { Template } from '../../lib/deploy/templates/template-changes.ts';
import { zipFiles } from '../../lib/local/dev/function-code.ts';
import { type MiniStack, startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { freePort } from '../../lib/local/ministack/ports.ts';
import { startProxy } from '../../lib/local/ministack/proxy.ts';
import { type Access, openAccount } from '../../lib/local/stack/account.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { settingsParameter } from '../../lib/settings/settings.ts';
import { baselineSettings, readBaseline } from '../../lib/templates/baseline.ts';
import { runDeploy } from './deploy-command.ts';

const Outputs = v.object({ ApiUrl: v.string(), TableName: v.string(), ImportsBucket: v.string() });
const BUCKET = 'last-release';

let cloud: MiniStack;
let access: Access;

const client = () => new CloudFormationClient(clientConfig(cloud.endpoint));
const outputs = async () => {
  const { Stacks = [] } = await client().send(new DescribeStacksCommand({}));
  const all = Stacks.flatMap(({ Outputs: of = [] }) =>
    of.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  return v.parse(Outputs, Object.fromEntries(all));
};

/** The templates of the last release with this version's code, which reads and writes the same table. */
const withCode = ({ Resources, Parameters: _, Rules: __, ...rest }: Template): string =>
  JSON.stringify({
    ...rest,
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, resource]) => {
        const { Description } = Object(resource.Properties);
        if (resource.Type !== 'AWS::Lambda::Function') return [id, resource];
        const Code = { S3Bucket: BUCKET, S3Key: String(Description).replace(/: .*/, '.zip') };
        return [id, { ...resource, Properties: { ...resource.Properties, Code } }];
      }),
    ),
  });

const codeIn = (folder: string): Promise<Buffer> =>
  zipFiles(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const));

const deployLastRelease = async () => {
  const s3 = new S3Client({ ...clientConfig(cloud.endpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const folder = mkdtempSync(join(tmpdir(), 'tributary-upgrade-'));
  for (const name of bundleAll(folder, allServices).keys())
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${name}.zip`, Body: await codeIn(join(folder, name)) }));
  rmSync(folder, { recursive: true });
  const baseline = readBaseline();
  for (const StackName of ['Tributary-Data', 'Tributary-App']) {
    const template = baseline.get(StackName);
    if (!template) throw new Error(`The baseline has no ${StackName}.`);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: StackName, Body: withCode(template) }));
    await client().send(
      new CreateStackCommand({
        StackName,
        TemplateURL: `${cloud.endpoint}/${BUCKET}/${StackName}`,
        Capabilities: ['CAPABILITY_IAM'],
        EnableTerminationProtection: StackName === 'Tributary-Data',
      }),
    );
    await waitUntilStackCreateComplete({ client: client(), maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
  }
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
  await deployLastRelease();
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

  const { Table } = await new DynamoDBClient(clientConfig(cloud.endpoint)).send(
    new DescribeTableCommand({ TableName: before.TableName }),
  );
  expect(Table?.DeletionProtectionEnabled).toBe(true);
  const { Stacks: [stack] = [] } = await client().send(new DescribeStacksCommand({ StackName: 'Tributary-Data' }));
  expect(stack?.EnableTerminationProtection).toBe(true);
}, 240_000);
