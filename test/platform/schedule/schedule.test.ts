import { randomUUID } from 'node:crypto';
import { CreateScheduleGroupCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { openQueue } from '../../../functions/platform/queues/queue.ts';
import { openSchedules } from '../../../functions/platform/schedule/schedules.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { startFaultyProxy } from '../../support/faults/faults.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';

const start = async (endpoint = awsEndpoint()) => {
  const config = clientConfig(awsEndpoint());
  const scheduler = new SchedulerClient(config);
  const sqs = new SQSClient(config);
  const group = randomUUID();
  await scheduler.send(new CreateScheduleGroupCommand({ Name: group }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const queueArn = (await sqs.send(asked)).Attributes?.QueueArn ?? '';
  const roleArn = 'arn:aws:iam::000000000000:role/scheduler';
  const target = { group, roleArn, queueArn, deadLetterArn: queueArn };
  const schedules = openSchedules(target, { ...config, endpoint, maxAttempts: 1 });
  return {
    schedules,
    queue: openQueue(QueueUrl, config, schedules),
    unscheduled: openQueue(QueueUrl, config),
    all: async () => (await scheduler.send(new ListSchedulesCommand({ GroupName: group }))).Schedules ?? [],
    delayed: async () =>
      (
        await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
        )
      ).Attributes?.ApproximateNumberOfMessagesDelayed,
    receive: async () =>
      ((await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? []).map(
        ({ Body }) => Body,
      ),
  };
};

const now = new Date('2026-01-01T00:00:00Z');
const later = (seconds: number) => ({ at: new Date(now.getTime() + seconds * 1_000), now });
const message = { kind: 'erase', account: 'a', id: 'b' };

test('delays a near message by SQS, and creates one schedule for a later one, however often it is sent', async () => {
  const { queue, all, delayed } = await start();
  await queue.send(message, later(900));
  await queue.send(message, 20);
  expect([await delayed(), await all()]).toEqual(['2', []]);

  for (let i = 0; i < 3; i++) await queue.send(message, later(901));
  expect(await all()).toHaveLength(1);
  await queue.send(message, later(90_000));
  await queue.send({ ...message, id: 'c' }, later(901));
  expect(await all()).toHaveLength(3);
  expect(await delayed()).toBe('2');
});

test('sends a message early without a scheduler: after the maximum delay', async () => {
  const { unscheduled, all, delayed } = await start();
  await unscheduled.send(message, later(90_000));
  expect([await delayed(), await all()]).toEqual(['1', []]);
});

test('a schedule fires once, with its original message, and is then deleted', { timeout: 60_000 }, async () => {
  const { schedules, receive, all } = await start();
  await schedules.create({ body: JSON.stringify(message), at: new Date(Date.now() - 120_000), key: 'a' });
  const received: unknown[] = [];
  await vi.waitUntil(async () => received.push(...(await receive())) && received.length > 0, {
    timeout: 50_000,
    interval: 500,
  });
  expect(received).toEqual([JSON.stringify(message)]);
  await vi.waitUntil(async () => (await all()).length === 0, { timeout: 10_000 });
});

test('a failed schedule does not count as sent', async () => {
  const proxy = await startFaultyProxy(awsEndpoint(), { rate: 1, kinds: ['serverError'] });
  const { queue, all } = await start(proxy.endpoint);
  await expect(queue.send(message, later(901))).rejects.toThrow();
  expect(await all()).toEqual([]);
  await proxy.stop();
});

test('creates a schedule for one message at a whole minute, not early, with a queue for failures', async () => {
  const sent: unknown[] = [];
  const proxy = await startFaultyProxy(awsEndpoint(), {
    rate: 1,
    kinds: ['serverError'],
    watch: (_, body) => sent.push(JSON.parse(body.toString())),
  });
  const { schedules } = await start(proxy.endpoint);
  await expect(
    schedules.create({ body: '{"kind":"a"}', at: new Date('2026-01-01T10:00:00.001Z'), key: 'k' }),
  ).rejects.toThrow();
  expect(sent).toEqual([
    {
      ScheduleExpression: 'at(2026-01-01T10:01:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      ClientToken: expect.any(String),
      GroupName: expect.any(String),
      Target: {
        Arn: expect.stringMatching(/^arn:aws:sqs:/),
        RoleArn: expect.stringMatching(/^arn:aws:iam:/),
        Input: '{"kind":"a"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        DeadLetterConfig: { Arn: expect.stringMatching(/^arn:aws:sqs:/) },
      },
    },
  ]);
  await proxy.stop();
});
