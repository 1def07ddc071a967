import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { expect } from 'vitest';
import { openQueue, type Queue } from '../../functions/platform/queues/queue.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { type Files, openFiles } from '../../functions/platform/storage/files.ts';
import { openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openLazyPool } from '../../functions/platform/table/client/transport/lazy-pool.ts';
import type { TransportFactory } from '../../functions/platform/table/client/transport/transport.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { allServices } from '../../functions/services.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { startApp } from '../support/app.ts';
import { type FaultPlan, IMPATIENT_MS, startFaultyProxy } from '../support/faults/faults.ts';
import { withImportPace } from '../support/import-pace.ts';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { tableEndpoint } from '../support/table.ts';

/** All routes and triggers, with frequent checkpoints. */
const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: withImportPace(
    allServices.flatMap(({ triggers }) => triggers),
    { windowRows: 15 },
  ),
  uses: ['table', 'queue'],
};

/** The whole product on a table of its own, with faults on the connection. Without faults its client waits as usual. */
export const startFaulty = async (
  plan: FaultPlan,
  {
    mail,
    filesAt,
    hasDelays = mail === undefined,
  }: Pick<Services, 'mail'> & {
    /**
     * The endpoint of the bucket. @default the cloud
     */
    readonly filesAt?: string;
    /**
     * Deferred work does not run during the test. @default where no mail is sent
     */
    readonly hasDelays?: boolean;
  } = {},
) => {
  const cloud = clientConfig(awsEndpoint());
  const s3 = new S3Client({ ...cloud, forcePathStyle: true });
  const sqs = new SQSClient(cloud);
  const name = `faults-${randomUUID()}`;
  const archiveName = `${name}-archive`;
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(new CreateBucketCommand({ Bucket: archiveName }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const requestHandler = { socketTimeout: IMPATIENT_MS };
  const reached = filesAt === undefined ? cloud : { ...clientConfig(filesAt), requestHandler };
  const files = openFiles(name, { addressing: 'path', ...reached });
  const archive = openFiles(archiveName, { addressing: 'path', ...cloud });
  const own = openQueue(QueueUrl, cloud);
  // A delayed mail is retried immediately: a queue has its own clock.
  const told: string[] = [];
  const queue: Queue = {
    send: (message, delaySeconds) => {
      told.push(JSON.stringify(message));
      return own.send(message, hasDelays ? delaySeconds : 0);
    },
  };
  const app = await startApp(everything, {
    lists: ['news', 'sales', 'weekly', 'all'],
    services: { imports: () => files, archive: () => archive, queue: () => queue, ...(mail && { mail }) },
  });
  const proxy = await startFaultyProxy(tableEndpoint(), plan);
  const goesWrong = plan.rate !== undefined || plan.rules !== undefined;
  const place = { ...clientConfig(proxy.endpoint), ...(goesWrong && { requestTimeout: IMPATIENT_MS }) };
  const reachedBy = (transport?: TransportFactory): Services => ({
    ...app.services,
    table: openTable(app.tableName, openDynamo(place, { transport })),
  });
  app.serveWith(reachedBy());
  let current = reachedBy(openLazyPool);
  const work = serveQueue(everything, () => current);

  const failed: string[] = [];
  const waiting = async (): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.flatMap(({ Body }) => Body ?? []);
  };
  /** Failed messages come again, after their lease. */
  const workOff = async (messages: readonly string[] = []): Promise<void> => {
    let open = [...messages, ...(await waiting())];
    for (let runs = 0; open.length > 0; runs++) {
      if (runs > 200) throw new Error(`The queue does not empty: ${app.lines.at(-1)}`);
      const [body = '', ...rest] = open;
      const { batchItemFailures } = await work({ Records: [{ messageId: '1', body }] } as SQSEvent, {
        getRemainingTimeInMillis: () => 900_000,
      });
      const isAgain = batchItemFailures.length > 0;
      if (isAgain) failed.push(body);
      if (isAgain) app.at(new Date(app.services.now().getTime() + 1_000_000).toISOString());
      open = [...rest, ...(isAgain ? [body] : []), ...(await waiting())];
    }
  };

  return {
    ...app,
    proxy,
    s3,
    buckets: { imports: name, archive: archiveName },
    /** The archive that the workers use from here on. */
    useArchive: (other: Files) => {
      current = { ...current, archive: () => other };
    },
    /** Every message sent to the queue. */
    told,
    /** Messages that failed and came again, once for each failure. */
    failed,
    workOff,
    /** Passes one message to a worker with these services; false if it failed. */
    deliver: async (body: string, given: Services, remainingMs = () => 900_000): Promise<boolean> => {
      const { batchItemFailures } = await serveQueue(everything, () => given)(
        { Records: [{ messageId: '1', body }] } as SQSEvent,
        { getRemainingTimeInMillis: remainingMs },
      );
      return batchItemFailures.length === 0;
    },
    report: (key: string) => files.readText(key),
    /** Sends a request until the response is not retryable. */
    until: async (
      method: string,
      path: string,
      body: object | string,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      for (let attempt = 0; attempt < 40; attempt++) {
        const answer = await app.send(method, path, body, headers);
        if (answer.status < 500) return answer;
        expect([answer.status, answer.headers['Retry-After']]).toEqual([503, '1']);
      }
      throw new Error('Forty tries were refused.');
    },
    importFile: async (key: string, text: string | Buffer) => {
      await s3.send(new PutObjectCommand({ Bucket: name, Key: key, Body: text }));
      const { ETag = '', ContentLength, VersionId } = await s3.send(new HeadObjectCommand({ Bucket: name, Key: key }));
      const object = { key, size: ContentLength, etag: ETag.replaceAll('"', ''), 'version-id': VersionId };
      const told = JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name }, object } });
      await workOff([told, told]);
    },
    /** From here on nothing fails. */
    calm: () => {
      app.serveWith({});
      proxy.stop();
    },
  };
};

export type Faulty = Awaited<ReturnType<typeof startFaulty>>;
