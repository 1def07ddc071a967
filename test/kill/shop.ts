import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSBatchResponse } from 'aws-lambda';
import { createAccount } from '../../functions/domains/accounts/actions.ts';
import { createKey } from '../../functions/domains/accounts/keys/actions.ts';
import { ensureList } from '../../functions/domains/lists/actions.ts';
import { serveHttp } from '../../functions/platform/http/serve.ts';
import { readEnv } from '../../functions/platform/resources/env.ts';
import { openServices } from '../../functions/platform/resources/services.ts';
import { openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { allServices } from '../../functions/services.ts';
import { clientConfig, sdkEnvironment } from '../../lib/process/environment.ts';
import { startFaultyProxy } from '../support/faults/faults.ts';
import { createTable } from '../support/table.ts';
import { createVersionedBucket, noticeOf } from '../support/versioned-bucket.ts';
import { dump } from './dump.ts';
import { type Ended, inProcess, type Work } from './process.ts';

export interface Place {
  /** The endpoint of S3 and SQS. */
  readonly awsEndpoint: string;
  /**
   * @default the same
   */
  readonly tableEndpoint?: string;
}

/** The lifetime of a run; by default nothing kills it. */
export interface Life {
  readonly limitMs: number;
  /** Killed after this many requests to the table, at any time. */
  readonly killAtRequest?: number | undefined;
}
export const undisturbed: Life = { limitMs: 900_000 };

/** Longer than the lease of any run, with its margin for clock differences. */
const LEASE_MS = 90_000;

/** A table, a bucket and a queue with one account, whose functions run in their own processes. */
export const openShop = async ({ awsEndpoint, tableEndpoint = awsEndpoint }: Place, pace: Work['pace'] = {}) => {
  const name = `kill-${randomUUID()}`;
  const client = new DynamoDBClient(clientConfig(tableEndpoint));
  const s3 = new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true });
  const sqs = new SQSClient(clientConfig(awsEndpoint));
  await createTable(client, name);
  await createVersionedBucket(s3, name);
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const env = {
    TABLE_NAME: name,
    IMPORTS_BUCKET: name,
    ARCHIVE_BUCKET: name,
    QUEUE_URL: QueueUrl,
    QUEUE_URLS: JSON.stringify({ mail: QueueUrl }),
    S3_ADDRESSING: 'path',
    LOG_LEVEL: 'error',
  };
  const childEnv = { ...env, ...sdkEnvironment(awsEndpoint), AWS_ENDPOINT_URL_DYNAMODB: tableEndpoint };
  let clockMs = 0;
  let killed = 0;
  const services = {
    ...openServices(readEnv(env), clientConfig(awsEndpoint)),
    table: openTable(name, openDynamo(clientConfig(tableEndpoint))),
    now: () => new Date(Date.now() + clockMs),
  };
  const account = await createAccount({ name: 'Shop' }, services);
  const { key } = await createKey({ account: account.id, name: 'kill', scopes: ['*'] }, services);
  await ensureList('all', { ...services, account: account.id });
  const routes = Object.assign({}, ...allServices.map((service) => service.routes));
  const http = serveHttp({ routes }, () => services);

  const requestOf = (method: string, path: string, body?: object): APIGatewayProxyEventV2 => {
    const [rawPath = '', rawQueryString = ''] = path.split('?');
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const requestContext = { http: { method, path: rawPath, sourceIp: '192.0.2.1' }, requestId: 'k', domainName: 'k' };
    // Only the parts of such an event that are read.
    return { rawPath, rawQueryString, headers, requestContext, ...(body && { body: JSON.stringify(body) }) } as never;
  };
  const waiting = async (): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.flatMap(({ Body }) => Body ?? []);
  };
  const run = async <Answer>(given: Pick<Work, 'domain' | 'entry' | 'event'>, { limitMs, killAtRequest }: Life) => {
    const work = { ...given, limitMs, clockMs, pace };
    if (killAtRequest === undefined) return inProcess<Answer>(work, { env: childEnv });
    const killing = new AbortController();
    let requests = 0;
    const watch = () => {
      requests += 1;
      if (requests === killAtRequest) killing.abort();
    };
    const proxy = await startFaultyProxy(tableEndpoint, { watch });
    const env = { ...childEnv, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint };
    const ended = await inProcess<Answer>(work, { env, signal: killing.signal }).finally(proxy.stop);
    if (ended.kind === 'killed') killed += 1;
    return ended;
  };

  /** One request to the routes, undisturbed. */
  const ask = async (method: string, path: string, body?: object) => {
    const { statusCode, body: text = '' } = await http(requestOf(method, path, body), {} as never);
    return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) };
  };

  return {
    ask,
    account: account.id,
    /** The number of killed runs so far. */
    kills: () => killed,
    /** The objects of the bucket. */
    keys: (prefix: string) => services.imports().list(prefix),
    /** One request to a function in a process that may be killed. */
    request: (domain: Work['domain'], path: string, body: object, life: Life) =>
      run<APIGatewayProxyStructuredResultV2>({ domain, entry: 'http', event: requestOf('POST', path, body) }, life),
    /** Uploads a file, and returns EventBridge's notification. */
    drop: async (Key: string, Body: string | Buffer): Promise<string> => {
      await s3.send(new PutObjectCommand({ Bucket: name, Key, Body }));
      return noticeOf(s3, name, Key);
    },
    /**
     * Delivers messages until none is left, as SQS would: killed and failed ones come again. `lifeOf` sets the lifetime
     * of each run. Runs of one round are simultaneous; leases expire between rounds.
     */
    workOff: async (
      domain: Work['domain'],
      messages: readonly string[],
      { lifeOf, width = 2 }: Delivery,
    ): Promise<{ readonly runs: number; readonly kills: number; readonly delivered: readonly string[] }> => {
      let [runs, kills] = [0, 0];
      const delivered = new Set<string>();
      let open = [...messages, ...(await waiting())];
      for (; open.length > 0; open = [...open, ...(await waiting())]) {
        if (runs > 2_000) throw new Error('The queue does not empty.');
        // Equal messages in turn: of two at once one is refused, and would use up a lifetime.
        const round = [...new Set(open)].slice(0, width);
        const ended = await Promise.all(
          round.map((body) =>
            run<SQSBatchResponse>(
              { domain, entry: 'queue', event: { Records: [{ messageId: '1', body }] } },
              lifeOf(body),
            ),
          ),
        );
        runs += round.length;
        for (const body of round) delivered.add(body);
        kills += ended.filter(({ kind }) => kind === 'killed').length;
        const again = round.filter((_, i) => comesAgain(ended[i]));
        const rest = open.filter((body, i) => !round.includes(body) || open.indexOf(body) !== i);
        open = [...rest, ...again];
        clockMs += LEASE_MS;
      }
      return { runs, kills, delivered: [...delivered] };
    },
    /** All visible results of an import. */
    outcomeOf: async (file: string) => {
      const { body } = await ask('GET', '/api/import-jobs');
      const { id, attributes } = body.data.find((job: Told) => job.attributes.key === file);
      const { status, error, total_count, created_count, updated_count, unchanged_count } = attributes;
      const { duplicate_count, failed_count } = attributes;
      const failed = await ask('GET', `/api/import-jobs/${id}/errors?page[size]=100`);
      return {
        job: {
          status,
          error,
          total_count,
          created_count,
          updated_count,
          unchanged_count,
          duplicate_count,
          failed_count,
        },
        report: await services.imports().readText(file.replace(/\.csv$/, '.errors.csv')),
        failed: failed.body.data.map((row: Told) => row.attributes),
        stored: await dump(client, name),
      };
    },
    /** All stored customer data, so that two tables can be compared. */
    stored: () => dump(client, name),
    close: () => {
      client.destroy();
      s3.destroy();
      sqs.destroy();
    },
  };
};

interface Told {
  readonly attributes: { readonly key: string };
}

export interface Delivery {
  readonly lifeOf: (message: string) => Life;
  readonly width?: number;
}

const comesAgain = (ended: Ended<SQSBatchResponse> | undefined): boolean =>
  ended?.kind !== 'answered' || ended.answer.batchItemFailures.length > 0;
