import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type Attributes, openQueue, openRawQueue } from '../../functions/platform/queues/queue.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { openFiles } from '../../functions/platform/storage/files.ts';
import { serveExhausted } from '../../functions/platform/workers/exhausted.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { MAX_RECEIVES } from '../../functions/platform/workers/trigger.ts';
import { allServices } from '../../functions/services.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { startApp } from './app.ts';
import { awsEndpoint } from './servers/aws-endpoint.ts';
import { noticeOf } from './versioned-bucket.ts';

/** Every domain in one, so that one queue takes all that any of them does without a request. */
const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: allServices.flatMap(({ triggers }) => triggers),
  uses: [],
};

const REMAINING = { getRemainingTimeInMillis: () => 900_000, awsRequestId: 'request-1' };

/** The three queues of a domain with SQS's own redrive, and the functions on them. Messages come when a test asks for them. */
export const startRedrive = async (more: Partial<Services> = {}) => {
  const config = clientConfig(awsEndpoint());
  const sqs = new SQSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const bucket = randomUUID();
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  const create = async (next?: { readonly url: string; readonly maxReceiveCount: number }): Promise<string> => {
    const RedrivePolicy =
      next && JSON.stringify({ deadLetterTargetArn: await arnOf(next.url), maxReceiveCount: next.maxReceiveCount });
    const Attributes = RedrivePolicy === undefined ? {} : { RedrivePolicy };
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID(), Attributes }));
    return QueueUrl;
  };
  const arnOf = async (QueueUrl: string): Promise<string> => {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    return (await sqs.send(asked)).Attributes?.QueueArn ?? '';
  };
  const urls = await (async () => {
    const deadLetters = await create();
    const exhausted = await create({ url: deadLetters, maxReceiveCount: 20 });
    const queue = await create({ url: exhausted, maxReceiveCount: MAX_RECEIVES });
    return { queue, exhausted, deadLetters };
  })();

  const queue = openQueue(urls.queue, config);
  const files = openFiles(bucket, { addressing: 'path', ...config });
  const app = await startApp(everything, {
    services: {
      imports: () => files,
      archive: () => files,
      queue: () => queue,
      ...more,
    },
  });

  /** One message, out of sight for a moment or not at all. */
  const receive = async (QueueUrl: string, VisibilityTimeout: number): Promise<Message | undefined> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout, MessageAttributeNames: ['All'] }),
    );
    return Messages[0];
  };
  const drop = async (QueueUrl: string, { ReceiptHandle }: Message): Promise<void> => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  };

  const deliver = async (services: Services = app.services): Promise<boolean> => {
    const message = await receive(urls.queue, 0);
    if (!message) return false;
    const { batchItemFailures } = await serveQueue(everything, () => services)(eventOf(message), REMAINING);
    if (batchItemFailures.length === 0) await drop(urls.queue, message);
    return true;
  };

  return {
    ...app,
    bucket,
    files,
    urls,
    sqs,
    s3,
    /** Works off the queue until it is empty. Messages that fail come at once again. */
    drain: async (services?: Services): Promise<void> => {
      while (await deliver(services));
    },
    deliver,
    /** A worker that is killed at its message, as often as SQS gives it one. */
    killWorkers: async (): Promise<void> => {
      while (await receive(urls.queue, 0));
    },
    /** The function on the queue of messages that were given up. */
    serveExhausted: async (services: Services = app.services, visibilitySeconds = 30): Promise<void> => {
      for (;;) {
        const message = await receive(urls.exhausted, visibilitySeconds);
        if (!message) return;
        const open = () => ({ services, queue, deadLetters: openRawQueue(urls.deadLetters, config) });
        const { batchItemFailures } = await serveExhausted(everything, open)(eventOf(message));
        if (batchItemFailures.length === 0) await drop(urls.exhausted, message);
      }
    },
    /** What lies for people, and what is said of it. */
    deadLetters: async () => {
      const found: { readonly body: unknown; readonly fate: string | undefined }[] = [];
      for (;;) {
        const message = await receive(urls.deadLetters, 30);
        if (!message) return found;
        found.push({ body: JSON.parse(message.Body ?? ''), fate: message.MessageAttributes?.Fate?.StringValue });
      }
    },
    send: (url: string, body: string, attributes: Attributes = {}): Promise<void> =>
      openRawQueue(url, config).sendRaw(body, { attributes }),
    put: async (key: string, body: string | Buffer): Promise<void> => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    /** What EventBridge says of an object. */
    notice: (key: string): Promise<string> => noticeOf(s3, bucket, key),
    /** What the SFTP server says of a file. */
    transferred: (key: string): string =>
      JSON.stringify({
        'detail-type': 'SFTP Server File Upload Completed',
        detail: { 'status-code': 'COMPLETED', 'file-path': `/${bucket}/${key}` },
      }),
  };
};

export type World = Awaited<ReturnType<typeof startRedrive>>;

/** Lets every message die that waits, and answers what lies for people then. */
export const giveUp = async (world: World) => {
  await world.killWorkers();
  await world.serveExhausted();
  return world.deadLetters();
};

/** As Lambda writes it. */
const eventOf = ({ MessageId, Body, MessageAttributes = {} }: Message): SQSEvent => {
  const messageAttributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue, DataType }]) => [
      name,
      { stringValue: StringValue, dataType: DataType },
    ]),
  );
  // A record has more members, which nobody reads.
  const record = { messageId: MessageId, body: Body, messageAttributes } as unknown as SQSRecord;
  return { Records: [record] };
};
