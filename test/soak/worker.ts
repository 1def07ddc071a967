import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { imports } from '../../functions/services/imports.ts';
import { servicesAt } from '../bench/cloud/start.ts';

/** What Lambda is to the queue: takes one message after another, with so much time for each, until it is killed. */
const [endpoint = '', budgetMs = '60000'] = process.argv.slice(2);
const services = servicesAt(endpoint);
const sqs = new SQSClient({ endpoint, region: 'us-east-1' });
const QueueUrl = `${endpoint}/queue`;
const handler = serveQueue(imports, () => services);

let peak = 0;
setInterval(() => {
  const { rss } = process.memoryUsage();
  if (rss <= peak) return;
  peak = rss;
  process.send?.({ peak });
}, 250).unref();

for (;;) {
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  if (!message) {
    await sleep(200);
    continue;
  }
  const end = Date.now() + Number(budgetMs);
  const { batchItemFailures } = await handler({ Records: [{ messageId: '1', body: message.Body ?? '' }] } as SQSEvent, {
    getRemainingTimeInMillis: () => end - Date.now(),
  });
  if (batchItemFailures.length === 0) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  }
}
