import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { dayOfKey, objectKey } from '../../../functions/domains/archive/keys.ts';
import { pack } from '../../../functions/domains/archive/object.ts';
import { listArchiveKeys, readArchive, readObject } from '../../../functions/domains/archive/read.ts';
import { type Files, openFiles } from '../../../functions/platform/storage/files.ts';
import { EACH_EVENT_ONCE } from '../../../lib/constructs/archive-catalog.ts';
import { event } from '../../domains/events/event-bodies.ts';
import { athena } from '../../support/deployed/athena.ts';
import { call, profileOf, timelineOf } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';

const cloud = {
  endpoint: inject('stack').awsEndpoint,
  region: inject('stack').region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const { companyId: account } = inject('stack');
let deployed: Readonly<Record<string, string>> = {};
let files: Files;

beforeAll(async () => {
  const { Stacks = [] } = await new CloudFormationClient(cloud).send(
    new DescribeStacksCommand({ StackName: 'Tributary-Data' }),
  );
  deployed = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
  files = openFiles(deployed.ArchiveBucket ?? '', { addressing: 'path', ...cloud });
});

const archivedOf = async (profileId: string) => {
  const found = [];
  for await (const one of readArchive(account, {}, files)) if (one.profile_id === profileId) found.push(one);
  return found;
};

const send = async (email: string, number: number): Promise<void> => {
  const attributes = { person: { email }, value: number + 0.5, properties: { number }, name: 'Archived' };
  expect((await call('POST', '/api/events', { body: event(attributes) })).status).toBe(202);
};

/** The archived events of a person, once there are this many. */
const arrived = async (email: string, count: number) => {
  const { id } = await profileOf(email);
  return vi.waitUntil(
    async () => {
      const found = await archivedOf(id);
      return found.length === count && found;
    },
    { timeout: 60_000, interval: 500 },
  );
};

test('archives events as the API returns them, and Athena finds each once', async () => {
  const email = somebody();
  for (const number of [0, 1, 2]) await send(email, number);
  const archived = await arrived(email, 3);
  const id = archived[0]?.profile_id ?? '';

  const told = (await timelineOf(id)).map((one: { id: string; attributes: { datetime: string } }) => ({
    id: one.id,
    time: one.attributes.datetime.replace('+00:00', 'Z'),
  }));
  expect(archived.map(({ id, time }) => ({ id, time }))).toEqual(expect.arrayContaining(told));
  expect(archived.map(({ properties }) => JSON.parse(properties).number).toSorted()).toEqual([0, 1, 2]);

  // As if the stream had delivered them again, in other batches.
  const key = await keyWith(archived[0]?.id);
  await files.write(objectKey(account, dayOfKey(key), 'another-cut'), await pack(archived), 'application/gzip');

  const ask = (from: string) =>
    athena(
      `WITH events AS (${EACH_EVENT_ONCE})
       SELECT metric, count(*) AS amount, sum(value) AS total FROM ${from}
       WHERE account = '${account}' AND day = '${dayOfKey(key)}' AND profile_id = '${id}' GROUP BY metric`,
      { database: deployed.ArchiveDatabase ?? '', workGroup: deployed.ArchiveWorkGroup ?? '' },
    );
  expect(await ask('event_lines')).toEqual([{ metric: 'Archived', amount: '6', total: '9.0' }]);
  expect(await ask('events')).toEqual([{ metric: 'Archived', amount: '3', total: '4.5' }]);
});

const keyWith = async (id: string | undefined): Promise<string> => {
  for await (const key of listArchiveKeys(account, {}, files)) {
    if ((await readObject(key, files)).some((one) => one.id === id)) return key;
  }
  throw new Error('No object holds the event.');
};

test('keeps an event in the archive after it has left the table', async () => {
  const email = somebody();
  await send(email, 1);
  const [first] = await arrived(email, 1);
  const { id = '', profile_id: profileId = '', time = '' } = first ?? {};
  // As DynamoDB does on expiry; the stream reports it as any other removal.
  await new DynamoDBClient(cloud).send(
    new DeleteItemCommand({
      TableName: inject('stack').tableName,
      Key: { pk: { S: `A#${account}#P#${profileId}` }, sk: { S: `EVENT#${time}#${id.slice(-16)}` } },
      ConditionExpression: 'attribute_exists(pk)',
    }),
  );
  expect(await timelineOf(profileId)).toEqual([]);

  // Once a later event has arrived, the removal has been delivered.
  await send(email, 2);
  const both = await arrived(email, 2);
  expect(both.filter((one) => one.id === id)).toEqual([first]);
});
