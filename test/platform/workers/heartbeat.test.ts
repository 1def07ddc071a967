import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { LEASE_MS } from '../../../functions/platform/jobs/renewal.ts';
import { openLog } from '../../../functions/platform/log.ts';
import { openVisibility } from '../../../functions/platform/queues/visibility.ts';
import { HIDDEN_SECONDS, startHeartbeat } from '../../../functions/platform/workers/heartbeat.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';

const FUNCTION_MS = 900_000;

const start = async () => {
  const config = clientConfig(awsEndpoint());
  const sqs = new SQSClient(config);
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  const receive = async (): Promise<string | undefined> => {
    const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 960 }));
    return received.Messages?.[0]?.ReceiptHandle;
  };
  const lines: string[] = [];
  const receiptHandle = (await receive()) ?? '';
  const heartbeat = (remainingMs = FUNCTION_MS, url = QueueUrl) =>
    startHeartbeat({
      receiptHandles: [receiptHandle],
      remainingMs: () => remainingMs,
      visibility: openVisibility(url, config),
      log: openLog('warn', (line) => void lines.push(line)),
      everyMs: 300,
      hiddenSeconds: 1,
    });
  return { heartbeat, receive, receiptHandle, lines };
};

test('a message is hidden for longer than a lease, and comes again within two minutes of a kill', () => {
  expect(HIDDEN_SECONDS * 1_000).toBeGreaterThan(LEASE_MS);
  expect(HIDDEN_SECONDS).toBeLessThan(120);
});

test('a message stays hidden while its worker lives, and comes again soon after', async () => {
  const { heartbeat, receive, lines } = await start();
  const { end } = heartbeat();
  for (let beats = 0; beats < 5; beats++) {
    await sleep(300);
    expect(await receive()).toBeUndefined();
  }
  // Lambda deletes the message of a worker that has ended; nothing does if it was killed.
  await end([]);
  await sleep(1_100);
  expect(await receive()).toBeDefined();
  expect(lines).toEqual([]);
});

test('a message that failed is hidden for as long as by its queue', async () => {
  const { heartbeat, receive, receiptHandle } = await start();
  await heartbeat().end([receiptHandle]);
  await sleep(1_100);
  expect(await receive()).toBeUndefined();
});

test('a function that ends soon keeps the time of its queue, and a queue that fails stops nothing', async () => {
  const { heartbeat, receive, lines } = await start();
  await heartbeat(60_000).end([]);
  await sleep(1_100);
  expect(await receive()).toBeUndefined();
  await heartbeat(FUNCTION_MS, 'http://127.0.0.1:9/000000000000/none').end([]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ message: 'message not hidden' }]);
});
