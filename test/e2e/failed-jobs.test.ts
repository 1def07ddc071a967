import { createHash } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, inject, test, vi } from 'vitest';
import { clientConfig } from '../../lib/local/environment.ts';
import { admin } from '../support/admin.ts';
import { drop, imported } from '../support/bucket.ts';
import { call } from '../support/http.ts';
import { somebody } from '../support/klaviyo.ts';

const config = () => clientConfig(inject('stack').awsEndpoint);

const outputsOf = async (): Promise<Readonly<Record<string, string | undefined>>> => {
  const described = await new CloudFormationClient(config()).send(
    new DescribeStacksCommand({ StackName: 'Tributary-Data' }),
  );
  const outputs = described.Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]));
};

/** Where SQS puts what a domain's worker failed at five times. */
const exhaustedUrl = async (queueUrl = ''): Promise<string> => {
  const asked = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] });
  const { Attributes } = await new SQSClient(config()).send(asked);
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(Attributes?.RedrivePolicy ?? '{}');
  expect(Number(maxReceiveCount)).toBe(5);
  const name = String(deadLetterTargetArn).split(':').at(-1) ?? '';
  return queueUrl.replace(/[^/]+$/, name);
};

test('an empty file fails with that reason', async () => {
  for (const key of [`profiles/${crypto.randomUUID()}.csv`, `dry-run/events/${crypto.randomUUID()}.csv.gz`]) {
    await drop(key, '');
    expect((await imported(key)).attributes).toMatchObject({ status: 'failed', error: 'The file is empty.' });
  }
});

test('a message that is given up fails its job, lies for people, and the job is done when it is retried', async () => {
  const { ImportsQueueUrl, ImportsDeadLettersUrl } = await outputsOf();
  const client = new SQSClient(config());
  const [key, text] = [`profiles/${crypto.randomUUID()}.csv`, `Email\n${somebody()}\n`];
  // Told of before it is there, so that nothing but this message makes its job.
  const etag = createHash('md5').update(text).digest('hex');
  const object = { key, size: text.length, etag };
  const detail = { bucket: { name: inject('stack').importsBucket }, object };
  const MessageBody = JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
  await client.send(new SendMessageCommand({ QueueUrl: await exhaustedUrl(ImportsQueueUrl), MessageBody }));

  const { id, attributes } = await imported(key);
  expect(attributes).toMatchObject({ status: 'failed', error: expect.stringContaining('given up after 5 tries') });
  const letter = await vi.waitUntil(
    async () => {
      const asked = { QueueUrl: ImportsDeadLettersUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
      return Messages.find(({ Body = '' }) => Body.includes(key));
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(letter.Body).toBe(MessageBody);
  expect(letter.MessageAttributes?.Fate?.StringValue).toBe('failed');

  await drop(key, text);
  expect(JSON.parse(await admin('jobs', 'failed'))).toContainEqual({ kind: 'import', id, error: attributes.error });
  await admin('jobs', 'retry', id, '--as', 'import');
  await expect
    .poll(async () => (await call('GET', `/api/import-jobs/${id}`)).body.data.attributes, { timeout: 60_000 })
    .toMatchObject({ status: 'complete', created_count: 1, error: null });
});

test('a job that waits for its upload has a schedule that ends it', async () => {
  const attributes = { kind: 'profiles', file_name: 'people.csv', size: 10 };
  const asked = { data: { type: 'import-job', attributes } };
  const { status, body } = await call('POST', '/api/import-jobs', { body: asked });
  expect(status).toBe(201);
  const scheduler = new SchedulerClient(config());
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'Tributary' }));
  expect(Schedules.length).toBeGreaterThan(0);
  expect(body.data.attributes.status).toBe('waiting_for_upload');
});
