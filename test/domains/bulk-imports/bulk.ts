import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { openQueue } from '../../../functions/platform/queues/queue.ts';
import { openFiles } from '../../../functions/platform/storage/files.ts';
import { serveQueue } from '../../../functions/platform/workers/serve.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';
import { profile } from '../profiles/people.ts';

export const JOBS = '/api/profile-bulk-import-jobs';

/** The domain with its own bucket and queue. Tests deliver its messages as often as they like. */
export const startBulk = async () => {
  const cloud = {
    endpoint: awsEndpoint(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const name = `profiles-${randomUUID()}`;
  const sqs = new SQSClient(cloud);
  await new S3Client({ ...cloud, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: name }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const files = openFiles(name, { addressing: 'path', ...cloud });
  const queue = openQueue(QueueUrl, cloud);
  const app = await startApp(profiles, { lists: ['Nl1234'], services: { imports: () => files, queue: () => queue } });
  const work = serveQueue(profiles, () => app.services);

  /** Receives the available messages. */
  const waiting = async (): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.flatMap(({ Body }) => Body ?? []);
  };
  /** Delivers to a worker with this remaining time at each look; returns whether it finished. */
  const deliver = async (body = '', remainingMs = () => 900_000): Promise<boolean> => {
    const event = { Records: [{ messageId: randomUUID(), body }] } as SQSEvent;
    const { batchItemFailures } = await work(event, { getRemainingTimeInMillis: remainingMs });
    return batchItemFailures.length === 0;
  };

  return {
    ...app,
    files,
    waiting,
    deliver,
    /** Delivers until the queue is empty; returns the number of deliveries. */
    drain: async (remainingMs?: () => number) => {
      let runs = 0;
      for (let open = await waiting(); open.length > 0; open = await waiting()) {
        for (const body of open) await deliver(body, remainingMs);
        runs += open.length;
      }
      return runs;
    },
    submit: (people: readonly object[], lists: readonly string[] = []) =>
      app.post(JOBS, {
        data: {
          type: 'profile-bulk-import-job',
          attributes: { profiles: { data: people.map((attributes) => profile(attributes).data) } },
          ...(lists.length > 0 && { relationships: { lists: { data: lists.map((id) => ({ type: 'list', id })) } } }),
        },
      }),
    jobOf: async (id: string) => (await app.get(`${JOBS}/${id}`)).body.data.attributes,
    byEmail: async (email: string) => (await app.get(`/api/profiles?filter=equals(email,"${email}")`)).body.data[0],
  };
};

/** This many new people. */
export const people = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => ({ email: `p${i}@example.com`, ...more }));
