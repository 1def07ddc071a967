import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import * as exportRoutes from '../../../functions/api/klaviyo/exports/routes.ts';
import { exportJob } from '../../../functions/domains/exports/run.ts';
import type { Pace } from '../../../functions/domains/imports/run/pace.ts';
import { openQueue } from '../../../functions/platform/queues/queue.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { openFiles } from '../../../functions/platform/storage/files.ts';
import { serveQueue } from '../../../functions/platform/workers/serve.ts';
import { catalog } from '../../../functions/services/catalog.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { imports } from '../../../functions/services/imports.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { withImportPace } from '../../support/import-pace.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';
import { createVersionedBucket, noticeOf } from '../../support/versioned-bucket.ts';

const connection = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** The routes of every domain, so that a test can read what an import did. */
const all = {
  ...imports,
  routes: {
    ...profiles.routes,
    ...events.routes,
    ...consent.routes,
    ...lists.routes,
    ...catalog.routes,
    ...exportRoutes,
    ...imports.routes,
  },
};

/** A bucket and a queue on the emulator, and the function that the queue would start. */
export const startImports = async (
  pace: Partial<Pace> = {},
  { endpoint = awsEndpoint(), isVersioned = true }: { readonly endpoint?: string; readonly isVersioned?: boolean } = {},
) => {
  const cloud = { endpoint, ...connection };
  const s3 = new S3Client({ ...cloud, forcePathStyle: true });
  const sqs = new SQSClient(cloud);
  const bucket = `imports-${randomUUID()}`;
  if (isVersioned) await createVersionedBucket(s3, bucket);
  else await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `imports-${randomUUID()}` }));
  const files = openFiles(bucket, { addressing: 'path', ...cloud });
  const queue = openQueue(QueueUrl, cloud);
  const app = await startApp(all, { services: { imports: () => files, queue: () => queue } });
  const triggers = [...withImportPace(imports.triggers, pace), exportJob, ...catalog.triggers];

  const put = async (key: string, body: string | Buffer) => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    return VersionId;
  };
  /** The notice of EventBridge about the object. */
  const notice = (key: string) => noticeOf(s3, bucket, key);
  const deliver = (
    body: string,
    remainingMs = () => 900_000,
    change: (services: Services) => Services = (services) => services,
  ) =>
    serveQueue({ ...imports, triggers }, () => change(app.services))(
      { Records: [{ messageId: '1', body }] } as SQSEvent,
      { getRemainingTimeInMillis: remainingMs },
    );

  const receive = async (): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.flatMap(({ Body }) => Body ?? []);
  };
  /** Works until the queue is empty, as Lambda would. A message that fails is delivered again. */
  const drain = async (remainingMs?: () => number): Promise<number> => {
    let runs = 0;
    for (let open = await receive(); open.length > 0; open = [...open, ...(await receive())]) {
      const [body = '', ...rest] = open;
      const { batchItemFailures } = await deliver(body, remainingMs);
      runs += 1;
      open = batchItemFailures.length > 0 ? [...rest, body] : rest;
      if (runs > 200) throw new Error(`The queue does not empty: ${app.lines.at(-1)}`);
    }
    return runs;
  };
  const job = async (key: string) => {
    const { body } = await app.get('/api/import-jobs');
    return body.data.find(({ attributes }: { attributes: { key: string } }) => attributes.key === key);
  };

  /** The attributes of a job without its times and its number of chunks. */
  const untimed = async (key: string): Promise<object> => {
    const { attributes } = await job(key);
    const {
      created_at: _,
      started_at: __,
      completed_at: ___,
      chunk_count: ____,
      chunk_complete_count: _____,
      ...rest
    } = attributes;
    return rest;
  };

  return {
    ...app,
    bucket,
    files,
    untimed,
    put,
    notice,
    deliver,
    receive,
    drain,
    job,
    /** Drops a file and imports it. */
    drop: async (key: string, body: string | Buffer) => {
      await put(key, body);
      await deliver(await notice(key));
      await drain();
      return job(key);
    },
    /** Moves the clock forward. */
    advance: (ms: number) => app.at(new Date(app.services.now().getTime() + ms).toISOString()),
    report: (key: string) => files.readText(key),
    profile: async (email: string) => {
      const filter = encodeURIComponent(`equals(email,"${email}")`);
      const { body } = await app.get(`/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`);
      return body.data[0];
    },
  };
};
