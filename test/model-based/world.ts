import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SQSEvent } from 'aws-lambda';
import { ulid } from 'ulid';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import type { Queue } from '../../functions/platform/queues/queue.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { openFiles } from '../../functions/platform/storage/files.ts';
import { type Interceptor, openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openLazyPool } from '../../functions/platform/table/client/transport/lazy-pool.ts';
import type { TransportFactory } from '../../functions/platform/table/client/transport/transport.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { allServices } from '../../functions/services.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { startApp } from '../support/app.ts';
import { type FaultKind, faultKinds, IMPATIENT_MS, startFaultyProxy } from '../support/faults/faults.ts';
import { tableEndpoint } from '../support/table.ts';
import { createVersionedBucket, noticeOf } from '../support/versioned-bucket.ts';

const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: allServices.flatMap(({ triggers }) => triggers),
  uses: ['table', 'queue'],
};

/** A hang costs a second of waiting and shows nothing that a lost answer doesn't. */
const kinds: readonly FaultKind[] = faultKinds.filter((kind) => kind !== 'timeout' && kind !== 'timeoutLate');

/** So far the clock goes on with each request: the limits of a key are for callers, who are not so many. */
const REQUEST_MS = 50;
const VISIBILITY_MS = 60_000;
const MOST_RUNS = 1_000;

/** A process that is killed at its nth request to the table, before it takes effect or after. */
interface Life {
  left: number;
  readonly isLate: boolean;
}

interface Options {
  readonly seed: number;
  /** The share of requests to the table that something happens to. */
  readonly rate: number;
  readonly filesAt: string;
  readonly onSeveralProfiles: 'merge' | 'refuse';
}

/** The whole product on a table of its own, behind the fault proxy, with a queue that brings messages late, twice and again. */
export const startWorld = async ({ seed, rate, filesAt, onSeveralProfiles }: Options) => {
  let last = Date.now();
  let ahead = 0;
  const now = (): Date => {
    last = Math.max(last + 1, Date.now() + ahead);
    return new Date(last);
  };
  const messages: { readonly body: string; readonly dueAt: number }[] = [];
  const dueAt = (when: Parameters<Queue['send']>[1]): number =>
    typeof when === 'object' ? when.at.getTime() : last + (when ?? 0) * 1_000;
  const queue: Queue = {
    send: async (message, when) => void messages.push({ body: JSON.stringify(message), dueAt: dueAt(when) }),
  };
  const cloud = clientConfig(filesAt);
  const s3 = new S3Client({ ...cloud, forcePathStyle: true });
  const bucket = `model-${randomUUID()}`;
  for (const Bucket of [bucket, `${bucket}-a`]) {
    await createVersionedBucket(s3, Bucket);
  }
  const files = openFiles(bucket, { addressing: 'path', ...cloud });
  const archive = openFiles(`${bucket}-a`, { addressing: 'path', ...cloud });
  const app = await startApp(everything, {
    services: {
      now,
      newId: (at = now()) => ulid(at.getTime()),
      queue: () => queue,
      imports: () => files,
      archive: () => archive,
    },
  });
  await changeAccount(app.account, { onSeveralProfiles }, app.services);
  const lists: string[] = [];
  for (const name of ['News', 'Sales'])
    lists.push((await app.post('/api/lists', { data: { type: 'list', attributes: { name } } })).body.data.id);

  const proxy = await startFaultyProxy(tableEndpoint(), { seed, rate, kinds, hangMs: IMPATIENT_MS / 10 });
  const lives = new AsyncLocalStorage<Life>();
  const interceptor: Interceptor = async (_, next) => {
    const life = lives.getStore();
    if (!life) return next();
    life.left -= 1;
    if (life.left > 0) return next();
    if (life.left === 0 && life.isLate) await next();
    throw new Error('killed');
  };
  // DynamoDB Local has other tables for other credentials: these are of `startApp`.
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const place = { ...clientConfig(proxy.endpoint), credentials, requestTimeout: 10 * IMPATIENT_MS };
  const reachedBy = (transport?: TransportFactory): Services => ({
    ...app.services,
    table: openTable(app.tableName, openDynamo(place, { transport, interceptor })),
  });
  app.serveWith(reachedBy());
  const work = serveQueue(everything, () => reached);
  const reached = reachedBy(openLazyPool);

  const figures = { requests: 0, kills: 0, runs: 0 };
  /** Runs what may be killed at its nth request to the table; undefined lets it live. */
  const living = async <T>(life: Life | undefined, run: () => Promise<T>): Promise<{ value: T; isKilled: boolean }> => {
    const value = life ? await lives.run(life, run) : await run();
    const isKilled = life !== undefined && life.left <= 0;
    if (isKilled) figures.kills += 1;
    return { value, isKilled };
  };

  const deliver = async (body: string, life: Life | undefined): Promise<void> => {
    figures.runs += 1;
    const record = { Records: [{ messageId: '1', body }] } as SQSEvent;
    const { value } = await living(life, () => work(record, { getRemainingTimeInMillis: () => 900_000 }));
    if (value.batchItemFailures.length > 0) messages.push({ body, dueAt: last + VISIBILITY_MS });
  };
  const takeDue = (): string | undefined => {
    const at = messages.findIndex((one) => one.dueAt <= last);
    return at === -1 ? undefined : messages.splice(at, 1)[0]?.body;
  };

  return {
    account: app.account,
    services: app.services,
    context: app.context,
    lines: app.lines,
    lists,
    figures,
    struck: proxy.struck,
    /** One request, in a process that may be killed. */
    send: async (method: string, path: string, body: object | undefined, life?: Life) => {
      figures.requests += 1;
      ahead += REQUEST_MS;
      const { value, isKilled } = await living(life, () => app.send(method, path, body));
      return { ...value, isKilled };
    },
    dropFile: async (key: string, text: string) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
      const body = await noticeOf(s3, bucket, key);
      messages.push({ body, dueAt: last }, { body, dueAt: last });
    },
    /** Works on one message that is due; false where there is none. Now and then it comes twice. */
    workOnce: async (draw: () => { readonly life: Life | undefined; readonly isTwice: boolean }): Promise<boolean> => {
      const body = takeDue();
      if (body === undefined) return false;
      const { life, isTwice } = draw();
      if (isTwice) messages.push({ body, dueAt: last });
      await deliver(body, life);
      return true;
    },
    /** Works until nothing is left, by a clock that goes on to the next message. */
    drain: async (more: readonly object[] = []): Promise<void> => {
      for (const message of more) await queue.send(message as Parameters<Queue['send']>[0]);
      for (let runs = 0; messages.length > 0; runs++) {
        if (runs > MOST_RUNS) throw new Error(`The queue does not empty: ${messages[0]?.body} ${app.lines.at(-1)}`);
        const next = Math.min(...messages.map((one) => one.dueAt));
        if (next > last) {
          ahead += next - last;
          now();
        }
        const body = takeDue();
        if (body !== undefined) await deliver(body, undefined);
      }
    },
    wait: (minutes: number): void => {
      ahead += minutes * 60_000;
    },
    /** From here on nothing fails. */
    calm: (): void => {
      proxy.calm();
    },
    /** Every item of the table. */
    items: async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
      const all: Record<string, unknown>[] = [];
      const pages = paginateScan({ client: app.client }, { TableName: app.tableName });
      for await (const { Items = [] } of pages) all.push(...Items.map((item) => unmarshall(item)));
      return all;
    },
    stop: async (): Promise<void> => {
      proxy.stop();
      await app.client.send(new DeleteTableCommand({ TableName: app.tableName }));
      app.client.destroy();
      s3.destroy();
    },
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
