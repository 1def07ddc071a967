import { AthenaClient, CreateWorkGroupCommand, DeleteWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetConfigurationSetCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listStackResources } from '../../lib/cloudformation/resources.ts';
import { strictPolicy } from '../../lib/deploy/account/protection.ts';
import { type MiniStack, startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { settingsParameter } from '../../lib/settings/settings.ts';
import { createTable } from '../support/table.ts';
import { runDeploy } from './deploy-command.ts';

const SLOW = 600_000;
let cloud: MiniStack;

const aws = () => {
  const config = clientConfig(cloud.endpoint);
  return {
    cloudformation: new CloudFormationClient(config),
    dynamo: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    athena: new AthenaClient(config),
    ssm: new SSMClient(config),
    mail: new SESv2Client(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
  };
};
const deploy = (...args: readonly string[]) => runDeploy(cloud.endpoint, '--stack', 'Shop', ...args);
const stacks = async () => {
  const { Stacks = [] } = await aws().cloudformation.send(new DescribeStacksCommand({}));
  // A nested stack has a longer name.
  return Stacks.filter(({ StackName = '' }) => /^Shop-[A-Za-z]+$/.test(StackName));
};
const tables = async () => (await aws().dynamo.send(new ListTablesCommand({}))).TableNames ?? [];
const isProtected = async (TableName: string) =>
  (await aws().dynamo.send(new DescribeTableCommand({ TableName }))).Table?.DeletionProtectionEnabled;
const settings = async () => {
  const { Parameter } = await aws().ssm.send(new GetParameterCommand({ Name: settingsParameter('Shop') }));
  return JSON.parse(Parameter?.Value ?? '');
};
/** The values of a variable of the functions. */
const inFunctions = async (name: string): Promise<readonly string[]> => {
  const { Functions = [] } = await aws().lambda.send(new ListFunctionsCommand({}));
  return [...new Set(Functions.flatMap(({ Environment }) => Environment?.Variables?.[name] ?? []))];
};
const mailSettings = async (): Promise<readonly string[]> =>
  (await listStackResources('Shop-Data', aws().cloudformation)).flatMap(({ ResourceType, PhysicalResourceId: id }) =>
    ResourceType === 'AWS::SES::ConfigurationSet' && id ? [id] : [],
  );

beforeAll(async () => {
  // The concurrency limit of a new account.
  cloud = await startMiniStack({ concurrency: 10 });
});
afterAll(() => cloud?.stop());

test(
  'a first deployment without consent changes nothing',
  async () => {
    const { code, said } = await deploy('-c', 'alarmEmail=ops@example.com');
    expect(code).toBe(1);
    expect(said).toMatch(/alarmEmail +\(default\) → ops@example.com/);
    expect(said).toContain('Deploy Shop to us-east-1? [y/N] There is no terminal to answer on. Add --yes to deploy');
    expect(await stacks()).toEqual([]);
  },
  SLOW,
);

test(
  'a failed first deployment leaves nothing, and its repetition works, with its settings',
  async () => {
    const { athena, s3, cloudformation } = aws();
    await athena.send(new CreateWorkGroupCommand({ Name: 'Shop' }));
    const given = ['s3Addressing=path', 'alarmEmail=ops@example.com', 'mailFrom=shop@example.com'];
    const failed = await deploy('--yes', ...given.flatMap((pair) => ['-c', pair]));
    expect([failed.code, failed.said]).toEqual([1, expect.stringContaining('WorkGroup Shop already exists')]);

    expect(await tables()).toEqual([]);
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.filter(({ Name = '' }) => !Name.startsWith('cdk-'))).toEqual([]);
    expect(await stacks()).toMatchObject([{ StackStatus: 'ROLLBACK_COMPLETE', EnableTerminationProtection: false }]);

    await athena.send(new DeleteWorkGroupCommand({ WorkGroup: 'Shop' }));
    const repeated = await deploy('--yes');
    expect([repeated.code, repeated.said.slice(-2_000)]).toEqual([0, expect.stringContaining('Deployed.')]);
    const stored = { s3Addressing: 'path', alarmEmail: 'ops@example.com', mailFrom: 'shop@example.com' };
    expect(await settings()).toEqual(stored);

    const [table = ''] = await tables();
    expect(await isProtected(table)).toBe(true);
    const data = (await stacks()).find(({ StackName }) => StackName === 'Shop-Data');
    expect(data).toMatchObject({ EnableTerminationProtection: true });
    const { StackPolicyBody } = await cloudformation.send(new GetStackPolicyCommand({ StackName: 'Shop-Data' }));
    expect(JSON.parse(StackPolicyBody ?? '')).toEqual(strictPolicy);

    const [ConfigurationSetName = ''] = await mailSettings();
    expect(await inFunctions('MAIL_CONFIGURATION_SET')).toEqual([ConfigurationSetName]);
    const set = await aws().mail.send(new GetConfigurationSetCommand({ ConfigurationSetName }));
    expect(set.SuppressionOptions).toEqual({ SuppressedReasons: [] });
  },
  SLOW,
);

test(
  'a new account gets a notice of its concurrency, and capped workers',
  async () => {
    const { code, said } = await deploy('--dry-run');
    expect([code, said]).toEqual([0, expect.stringContaining('The account can run 10 functions at once')]);
    expect(said).toContain('Nothing was changed.');
    const { EventSourceMappings = [] } = await aws().lambda.send(new ListEventSourceMappingsCommand({}));
    const caps = EventSourceMappings.flatMap(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency ?? []);
    expect(new Set(caps)).toEqual(new Set([2]));
    const reserving = await deploy('--yes', '-c', 'reservedConcurrency=10');
    expect([reserving.code, reserving.said]).toEqual([1, expect.stringContaining('L-B99A9384')]);
  },
  SLOW,
);

test(
  'changes settings and keeps the others, adopts a restored table, turns mail off, and deletes the disabled SFTP stack',
  async () => {
    const { cloudformation, dynamo } = aws();
    await createTable(dynamo, 'Restored');
    const [own = ''] = (await tables()).filter((name) => name !== 'Restored');
    const TemplateBody = JSON.stringify({ Resources: { Logs: { Type: 'AWS::Logs::LogGroup' } } });
    await cloudformation.send(new CreateStackCommand({ StackName: 'Shop-Sftp', TemplateBody }));

    const changes = ['eventRetentionDays=30', 'tableName=Restored', 'mailFrom='];
    const { code, said } = await deploy('--yes', ...changes.flatMap((pair) => ['-c', pair]));
    expect([code, said.slice(-2_000)]).toEqual([0, expect.stringContaining('Deployed.')]);
    expect(said).toContain('Settings that stay: s3Addressing=path, alarmEmail=ops@example.com.');
    expect(said).toMatch(/eventRetentionDays +\(default\) → 30/);
    expect(said).toContain('Removing Shop-Sftp');
    expect((await stacks()).map(({ StackName }) => StackName).toSorted()).toEqual(['Shop-App', 'Shop-Data']);

    const TableName = 'Restored';
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ DeletionProtectionEnabled: true, StreamSpecification: { StreamEnabled: true } });
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('ENABLED');
    const { ContinuousBackupsDescription: backups } = await dynamo.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    expect(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');

    expect(await settings()).toMatchObject({ tableName: 'Restored', tableStreamArn: Table?.LatestStreamArn });
    expect(await inFunctions('TABLE_NAME')).toEqual(['Restored']);
    expect([await inFunctions('MAIL_CONFIGURATION_SET'), await mailSettings()]).toEqual([[], []]);
    // The way back, until it is given up.
    expect(await isProtected(own)).toBe(true);
  },
  SLOW,
);

test(
  "removes the stack's own table from the stack when it is given up, and keeps it in the account",
  async () => {
    const [own = ''] = (await tables()).filter((name) => name !== 'Restored');
    const { code, said } = await deploy('--yes', '-c', 'ownTable=false');
    expect([code, said.slice(-2_000)]).toEqual([0, expect.stringContaining('Deployed.')]);
    expect(said).toMatch(/left behind +AWS::DynamoDB::GlobalTable/);
    expect(await isProtected(own)).toBe(true);
    expect(await inFunctions('TABLE_NAME')).toEqual(['Restored']);
  },
  SLOW,
);
