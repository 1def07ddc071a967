import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { deletionJobs } from '../../../functions/domains/privacy/deletions/store.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { checks } from '../../../lib/smoke/checks.ts';
import { type Deployment, openDeployment, resourcesOf } from '../../../lib/smoke/session/deployment.ts';
import { openStateFile } from '../../../lib/smoke/session/state.ts';
import { admin } from '../../support/deployed/admin.ts';
import { expectFailed, newStateFile, runSmoke, stackFileOf } from '../../support/deployed/smoke.ts';
import { resultsIn, smokeCommand } from '../../support/deployed/smoke-command.ts';

const stateFile = newStateFile();

const smoke = (args: readonly string[], state = stateFile) => smokeCommand(args, state);

/** Checks that the local cloud can't run are listed one by one, so that no other hides among them. */
const expected = {
  stacks: 'passed',
  'event-rules': 'passed',
  concurrency: 'passed',
  // The local CloudFormation does not pass the setting on to its functions.
  'self-queuing': 'only on AWS',
  health: 'passed',
  preflight: 'passed',
  'trailing-slash': 'passed',
  account: 'passed',
  'wrong-key': 'passed',
  'event-twice': 'passed',
  timeline: 'passed',
  'body-4-mb': 'passed',
  'body-too-large': 'passed',
  files: 'passed',
  'failed-rows': 'passed',
  upload: 'passed',
  apply: 'passed',
  consent: 'passed',
  lists: 'passed',
  'double-opt-in': 'passed',
  bounce: 'only on AWS',
  complaint: 'only on AWS',
  load: 'passed',
  archive: 'passed',
  athena: 'passed',
  // The local table's stream omits PartiQL inserts, which bulk events use.
  'athena-many': 'only on AWS',
  alarm: 'passed',
  'alarm-mail': 'only on AWS',
  erasure: 'passed',
  'dead-letters': 'passed',
  'throttled-functions': 'only on AWS',
  'throttled-table': 'only on AWS',
  'function-errors': 'only on AWS',
  'dropped-invocations': 'only on AWS',
  logs: 'passed',
  cost: 'only on AWS',
};

test('a smoke test of the deployed stack passes, and each check reports its observation', {
  timeout: 600_000,
}, async () => {
  const { stdout, code } = await smoke(['--json', '--files', '3', '--people', '50']);

  const { results, outcomes } = resultsIn(stdout);
  // The local cloud's concurrency depends on the machine's memory.
  expect(outcomes).toEqual({ ...expected, concurrency: expect.stringMatching(/passed|warned/) });
  expect(results.filter(({ detail }) => detail === '')).toEqual([]);
  expect(code).toBe(0);
  const known = checks.map(({ name }) => name);
  expect([...Object.keys(expected), 'erased', 'erased-archive'].toSorted()).toEqual(known.toSorted());
});

test('a run leaves an account that commands do not use by default, and no valid key', async () => {
  const { account = '', erasures, keyIds } = openStateFile(stateFile).read() ?? {};
  expect([erasures?.length, keyIds]).toEqual([1, []]);
  const keys: { readonly revokedAt?: string }[] = JSON.parse(await admin('keys', 'list', '--account', account));
  expect(keys.map(({ revokedAt }) => revokedAt !== undefined)).toEqual([true]);
  const made = JSON.parse(await admin('keys', 'create', '--name', 'reader', '--scope', 'profiles:read'));
  expect(made.account).toBe(inject('stack').companyId);
  await admin('keys', 'revoke', made.id);
});

test('--resume fails before the erasure is complete, and says when to come back', async () => {
  const { stdout, code } = await smoke(['--resume']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL erased .*\n.*settling.*Come back after \d{4}-/);
});

const accountIds = async (): Promise<readonly string[]> => {
  const accounts: { readonly id: string }[] = JSON.parse(await admin('accounts', 'list'));
  return accounts.map(({ id }) => id);
};

test('--remove removes what the runs created, with their files and profiles', async () => {
  const { account = '' } = openStateFile(stateFile).read() ?? {};
  expect(await accountIds()).toContain(account);

  const { stdout, code } = await smoke(['--remove']);

  expect([code, await accountIds()]).toEqual([0, expect.not.arrayContaining([account])]);
  const [, profiles = '', files = ''] = /, (\d+) profiles and (\d+) versions of files/.exec(stdout) ?? [];
  expect([Number(profiles) > 150, Number(files) > 0]).toEqual([true, true]);
  expect(await itemsOf(account, 'PROFILE')).toEqual([]);
  expect(openStateFile(stateFile).read()).toBeUndefined();
});

/** Keys of an account's items that contain a text. */
const itemsOf = async (account: string, part: string): Promise<readonly string[]> => {
  const { tableName: TableName, awsEndpoint } = inject('stack');
  const found = await new DynamoDBClient(clientConfig(awsEndpoint)).send(new ScanCommand({ TableName }));
  return (found.Items ?? [])
    .map(({ pk, sk }) => `${pk?.S} ${sk?.S}`)
    .filter((key) => key.startsWith(`A#${account}#`) && key.includes(part));
};

test('--resume a day later finds the erasure complete, and removes the account', async () => {
  const own = newStateFile();
  // Alone: a dry run within the last hour would delay it.
  expect((await smoke(['--only', 'erasure'], own)).code).toBe(0);
  const { account = '', erasures = [] } = openStateFile(own).read() ?? {};
  const { job = '' } = erasures[0] ?? {};
  await aDayPasses(account, job);
  await admin('privacy', 'resume', job, '--account', account);
  const status = async () => JSON.parse(await admin('privacy', 'show', job, '--account', account)).status;
  await expect.poll(status, { timeout: 300_000, interval: 1_000 }).toBe('complete');

  const { stdout, code } = await smoke(['--resume', '--json'], own);

  expect(resultsIn(stdout).outcomes).toEqual({
    account: 'passed',
    erased: 'passed',
    'erased-archive': 'passed',
    'dead-letters': 'passed',
    'function-errors': 'only on AWS',
    'dropped-invocations': 'only on AWS',
    logs: 'passed',
  });
  expect([code, openStateFile(own).read()]).toEqual([0, undefined]);
  expect(await accountIds()).not.toContain(account);
});

/** In the timestamps of the job. */
const aDayPasses = async (account: string, job: string): Promise<void> => {
  const { tableName: TableName, awsEndpoint } = inject('stack');
  const hoursAgo = (hours: number) => ({ S: new Date(Date.now() - hours * 3_600_000).toISOString() });
  const { pk, sk } = deletionJobs.key({ account, id: job });
  await new DynamoDBClient(clientConfig(awsEndpoint)).send(
    new UpdateItemCommand({
      TableName,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'SET removedAt = :then, nextAt = :due',
      ExpressionAttributeValues: { ':then': hoursAgo(26), ':due': hoursAgo(1) },
    }),
  );
};

test('an unknown check is refused, with the names of all checks', async () => {
  await expect(runSmoke({ only: ['helath'] })).rejects.toThrow(/no check helath.* There are stacks, event-rules/);
  await expect(runSmoke({ resume: true })).rejects.toThrow(/nothing to resume/);
});

test('the state of another deployment is refused, and not changed', async () => {
  const file = openStateFile(newStateFile());
  file.write({ where: 'Tributary in eu-central-1', startedAt: '2026-01-01T00:00:00Z', keyIds: [], erasures: [] });
  await expect(runSmoke({ stateFile: file.path, only: ['health'] })).rejects.toThrow(/is of Tributary in eu-central-1/);
  expect(file.read()?.where).toBe('Tributary in eu-central-1');
});

let deployment: Deployment;
beforeAll(async () => {
  deployment = await openDeployment({ stackFile: stackFileOf() });
});

// These change what the whole run above checks, so they come after it, and not beside it in another file.
const only = (check: string) => runSmoke({ only: [check] });

/** No other test needs this rule: mail notices are sent to the queue directly. */
const mailRule = (): string =>
  resourcesOf(deployment, 'AWS::Events::Rule').find(({ logicalId }) => logicalId.startsWith('MailRule'))?.physicalId ??
  '';

test('a disabled rule is found by name', async () => {
  const Name = mailRule();
  await deployment.clients.events.send(new DisableRuleCommand({ Name }));
  onTestFinished(() => void deployment.clients.events.send(new EnableRuleCommand({ Name })));

  expectFailed((await only('event-rules')).of('event-rules'), new RegExp(`${Name} is DISABLED`));
});

test('a dead letter is found by its queue', async () => {
  const queue = resourcesOf(deployment, 'AWS::SQS::Queue').find(({ logicalId }) => /archivestreamDead/.test(logicalId));
  const QueueUrl = queue?.physicalId;
  await deployment.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  onTestFinished(() => void deployment.clients.sqs.send(new PurgeQueueCommand({ QueueUrl })));

  expectFailed((await only('dead-letters')).of('dead-letters'), /1 messages in .*archivestreamDeadLetters/);
});

test('a refused permission in a log is found, and not one from before the run', async () => {
  const { logs } = deployment.clients;
  const logGroupName = resourcesOf(deployment, 'AWS::Logs::LogGroup').find(({ logicalId }) =>
    /lists/.test(logicalId),
  )?.physicalId;
  const put = async (timestamp: number) => {
    const logStreamName = crypto.randomUUID();
    const message = 'AccessDeniedException: role/lists is not authorized to perform: dynamodb:DeleteItem';
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp, message }] }));
  };
  await put(Date.now() - 60_000);
  expect((await only('logs')).of('logs').outcome).toBe('passed');
  await put(Date.now() + 60_000);
  expectFailed((await only('logs')).of('logs'), /lists.*: AccessDeniedException: role\/lists/);
});

test('an alarm in ALARM is reported as a warning, and does not fail the check', async () => {
  const [one] = resourcesOf(deployment, 'AWS::CloudWatch::Alarm');
  const set = (StateValue: 'ALARM' | 'OK') =>
    deployment.clients.metrics.send(
      new SetAlarmStateCommand({ AlarmName: one?.physicalId, StateValue, StateReason: 'a test' }),
    );
  await set('ALARM');
  onTestFinished(() => void set('OK'));

  const { of, isFine } = await only('alarm');

  expect(isFine).toBe(true);
  expect(of('alarm')).toMatchObject({ outcome: 'warned', advice: expect.stringContaining(one?.physicalId ?? '-') });
});
