import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLog } from '../../../functions/platform/log.ts';
import { openBatchQueue } from '../../../functions/platform/queues/batch.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';
import { consumer, written } from './records.ts';

const services = { log: openLog('error', () => {}), now: () => new Date() } as unknown as Services;
const fifo = [{ name: 'changes', isFifo: true }];

test('delivers changes of a profile in order, whatever fails and repeats', async () => {
  const step = fc.record({
    profiles: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 }),
    failsToSend: fc.boolean(),
    failsAt: fc.option(fc.integer({ min: 0, max: 2 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const got = new Map<string, string[]>();
      let failing: string | undefined;
      const service = consumer(
        'one',
        {
          orderedBy: 'profile',
          handle: async (changes) => {
            for (const { key, position } of changes) {
              if (key.pk === failing) throw new Error('No.');
              got.set(key.pk, [...(got.get(key.pk) ?? []), position]);
            }
            return [];
          },
        },
        fifo,
      );
      const world = startChanges([service], () => services);
      const all = [];
      for (const { profiles, failsToSend, failsAt } of steps) {
        const records = profiles.map((n) => written({ pk: `A#abc#P#${n}`, after: { name: 'x' } }));
        all.push(...records);
        if (failsToSend)
          world.failWith((_, { groupId = '' }) => (groupId < '8' ? { kind: 'failed', code: 'x' } : undefined));
        let left = records;
        for (let round = 0; left.length > 0; round += 1) {
          const { batchItemFailures } = await world.read(left);
          const from = batchItemFailures[0]?.itemIdentifier;
          left =
            from === undefined ? [] : left.slice(left.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === from));
          world.failWith(() => undefined);
          if (round > 3) throw new Error('It never ends.');
        }
        failing = failsAt === null ? undefined : `A#abc#P#${failsAt}`;
        await world.work(service);
      }
      failing = undefined;
      await world.work(service);
      for (const [pk, positions] of got) {
        const firsts = [...new Set(positions)];
        expect(firsts).toEqual(firsts.toSorted());
        const own = all.filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === pk);
        expect(firsts).toEqual(own.map(({ dynamodb }) => dynamodb?.SequenceNumber?.padStart(40, '0')));
      }
    }),
    { numRuns: 60 },
  );
});

test('delays only the profile whose changes fail', async () => {
  const got: string[] = [];
  let isBroken = true;
  const service = consumer(
    'one',
    {
      orderedBy: 'profile',
      handle: async (changes) => {
        for (const { key, after } of changes) {
          if (isBroken && key.pk.endsWith('1')) throw new Error('No.');
          got.push(`${key.pk.at(-1)}${after?.name}`);
        }
        return [];
      },
    },
    fifo,
  );
  const world = startChanges([service], () => services);
  for (const name of ['a', 'b']) await world.read([1, 2].map((n) => written({ pk: `A#abc#P#${n}`, after: { name } })));
  expect(await world.work(service)).toBe(2);
  expect(got).toEqual(['2a', '2b']);
  isBroken = false;
  expect(await world.work(service)).toBe(0);
  expect(got).toEqual(['2a', '2b', '1a', '1b']);
});

test('SQS accepts many messages, each group in order, and deduplicates repeated ones', async () => {
  const config = clientConfig(awsEndpoint());
  const sqs = new SQSClient(config);
  const QueueName = `${randomUUID()}.fifo`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  const queue = openBatchQueue(QueueUrl, config);
  const messages = Array.from({ length: 23 }, (_, i) => ({
    // More than fit into one request.
    body: `${i}-${'x'.repeat(100_000)}`,
    groupId: `group-${i % 2}`,
    deduplicationId: `message-${i}`,
  }));
  expect(await queue.sendBatch([])).toEqual([]);
  for (const message of messages) expect(await queue.sendBatch([message])).toEqual([{ kind: 'sent' }]);
  expect(await queue.sendBatch(messages)).toEqual(messages.map(() => ({ kind: 'sent' })));

  const got: string[] = [];
  for (;;) {
    const ask = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] });
    const { Messages = [] } = await sqs.send(ask);
    if (Messages.length === 0) break;
    for (const { Body = '', ReceiptHandle } of Messages) {
      got.push(Body.split('-')[0] ?? '');
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  const numbers = got.map(Number);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(messages.map((_, i) => i));
  for (const parity of [0, 1]) {
    const own = numbers.filter((n) => n % 2 === parity);
    expect(own).toEqual(own.toSorted((a, b) => a - b));
  }
});

test('reports messages that SQS refuses one by one, without throwing', async () => {
  const config = clientConfig(awsEndpoint());
  const missing = openBatchQueue(`${awsEndpoint()}/000000000000/${randomUUID()}`, { ...config, maxAttempts: 1 });
  expect(await missing.sendBatch([{ body: 'a' }, { body: 'b' }])).toEqual([
    { kind: 'failed', code: expect.any(String) },
    { kind: 'failed', code: expect.any(String) },
  ]);
});
