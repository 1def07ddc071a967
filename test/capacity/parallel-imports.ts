import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { createAccount } from '../../functions/domains/accounts/actions.ts';
import { createKey } from '../../functions/domains/accounts/keys/actions.ts';
import { type JobStatus, jobId } from '../../functions/domains/imports/jobs/job.ts';
import { getImportJob } from '../../functions/domains/imports/jobs/lookup.ts';
import type { Counts } from '../../functions/domains/imports/outcomes/counts.ts';
import type { Pace } from '../../functions/domains/imports/run/pace.ts';
import { openLog } from '../../functions/platform/log.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { type Dynamo, openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openRateLimits, workerPolicy } from '../../functions/platform/table/client/retry/worker-policy.ts';
import { openLazyPool } from '../../functions/platform/table/client/transport/lazy-pool.ts';
import { openSharedTable, type SharedTable } from '../../functions/platform/table/shared-table.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { imports } from '../../functions/services/imports.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { BUCKET, servicesAt, startCloud } from '../bench/cloud/start.ts';
import type { Capacity } from '../support/capacity/capacity.ts';
import { startFaultyProxy } from '../support/faults/faults.ts';
import { withImportPace } from '../support/import-pace.ts';
import { type Refusals, sendEvents } from './live.ts';

/** Failures are counted. */
const silent = openLog('error', () => undefined);
const TABLE = 'sink';
const ETAG = 'file';

export interface AtOnce {
  readonly files: number;
  readonly rows: number;
  /**
   * Functions that process the queue, each with one message at a time. @default 10, as deployed
   */
  readonly workers?: number;
  /**
   * The time limit of a function for a message. @default 900,000
   */
  readonly budgetMs?: number;
  /** The time until a failed message comes again. */
  readonly visibilityMs: number;
  readonly eventsPerSecond: number;
  readonly capacity: Capacity;
  /**
   * For comparison: workers that give up as early as requests, or never slow down. @default as deployed
   */
  readonly hasty?: 'gives-up' | 'never-slows-down';
  readonly pace?: Partial<Pace>;
  readonly tell?: (line: string) => void;
}

interface Outcome {
  readonly status: JobStatus;
  readonly error?: string | undefined;
  readonly counts: Counts;
}

/**
 * Imports files of new people all at once into a new on-demand table, while events come in over HTTP. Every function
 * has its own clients, as in a process of its own.
 */
export const importAtOnce = async (asked: AtOnce) => {
  const { files, rows, workers = 10, visibilityMs, capacity, tell = () => undefined } = asked;
  const folder = mkdtempSync(join(tmpdir(), 'capacity-'));
  mkdirSync(join(folder, BUCKET, 'profiles'), { recursive: true });
  const cloud = await startCloud(folder, { visibilityMs, delayMs: 2 });
  const proxy = await startFaultyProxy(cloud.endpoint, { capacity });
  const stopping = new AbortController();
  try {
    const direct = servicesAt(cloud.endpoint);
    const { id: account } = await createAccount({ name: 'Capacity' }, direct);
    const limits = { burst: 1e9, steady: 1e9 };
    const { key } = await createKey({ account, name: 'live', scopes: ['*'], limits }, direct);
    const running = Array.from({ length: workers }, () =>
      work(asked, { cloud: cloud.endpoint, table: proxy.endpoint }, stopping.signal),
    );
    const live = sendEvents({
      services: { ...direct, log: silent, table: openTable(TABLE, openDynamo(clientConfig(proxy.endpoint))) },
      key,
      perSecond: asked.eventsPerSecond,
      signal: stopping.signal,
    });

    const begun = performance.now();
    const sqs = new SQSClient(clientConfig(cloud.endpoint));
    const keys = Array.from({ length: files }, (_, file) => `profiles/file-${file}.csv`);
    for (const [file, name] of keys.entries()) {
      const path = join(folder, BUCKET, name);
      writeFileSync(path, peopleOf(file, rows));
      const object = { key: name, size: statSync(path).size, etag: ETAG };
      const told = { 'detail-type': 'Object Created', detail: { bucket: { name: BUCKET }, object } };
      await sqs.send(
        new SendMessageCommand({ QueueUrl: `${cloud.endpoint}/queue`, MessageBody: JSON.stringify(told) }),
      );
    }
    const outcomes: Outcome[] = [];
    for (let shown = 0; ; await sleep(250)) {
      const jobs = await Promise.all(
        keys.map((name) => getImportJob(account, jobId(BUCKET, name, ETAG), direct).catch(() => undefined)),
      );
      if (performance.now() - shown > 15_000) {
        shown = performance.now();
        tell(`${Math.round((shown - begun) / 1_000)} s ${JSON.stringify({ ...capacity.told(), live: live.soFar() })}`);
      }
      if (!jobs.every((job) => job?.status === 'complete' || job?.status === 'failed')) continue;
      for (const job of jobs) if (job) outcomes.push({ status: job.status, error: job.error, counts: job.counts });
      break;
    }
    const seconds = (performance.now() - begun) / 1_000;
    stopping.abort();
    const events: Refusals = await live.ended;
    const all = await Promise.all(running);
    return {
      outcomes,
      events,
      seconds,
      rowsPerSecond: (files * rows) / seconds,
      /** Messages that came again after a failure, and those put off for lack of capacity. */
      failedMessages: all.reduce((sum, { failed }) => sum + failed, 0),
      waits: all.reduce((sum, { waits }) => sum + waits, 0),
      capacity: capacity.told(),
    };
  } finally {
    stopping.abort();
    proxy.stop();
    cloud.stop();
    rmSync(folder, { recursive: true });
  }
};

const peopleOf = (file: number, rows: number): string => {
  const row = (i: number): string => `p${i}-of-${file}@example.com,Ada,Name ${i % 997},Berlin,DE,${i % 40}\n`;
  return `Email,First Name,Last Name,City,Country,Size\n${Array.from({ length: rows }, (_, i) => row(i)).join('')}`;
};

interface Places {
  readonly cloud: string;
  readonly table: string;
}

const tableOf = (dynamo: Dynamo, hasty: AtOnce['hasty']): SharedTable => {
  switch (hasty) {
    case undefined:
      return openSharedTable(TABLE, dynamo);
    case 'gives-up':
      return openTable(TABLE, dynamo);
    case 'never-slows-down': {
      const withDeadline = async (remainingMs: () => number) => {
        const policy = { ...workerPolicy(openRateLimits(), remainingMs), acquire: () => undefined };
        const table = openTable(TABLE, dynamo, policy);
        return { ...table, closing: table };
      };
      return { ...openTable(TABLE, dynamo), withDeadline };
    }
  }
};

/** One function: receives a message, processes it, receives the next. */
const work = async ({ hasty, pace, budgetMs = 900_000 }: AtOnce, places: Places, signal: AbortSignal) => {
  const dynamo = openDynamo(clientConfig(places.table), { transport: openLazyPool });
  let waits = 0;
  const opened = servicesAt(places.cloud);
  const services: Services = {
    ...opened,
    table: tableOf(dynamo, hasty),
    log: {
      ...silent,
      warn: () => {
        waits += 1;
      },
    },
  };
  const service: ServiceDeclaration = {
    ...imports,
    triggers: withImportPace(imports.triggers, pace),
  };
  const handler = serveQueue(service, () => services);
  const sqs = new SQSClient(clientConfig(places.cloud));
  const QueueUrl = `${places.cloud}/queue`;
  let failed = 0;
  while (!signal.aborted) {
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    if (!message) {
      await sleep(100);
      continue;
    }
    const end = Date.now() + budgetMs;
    const { batchItemFailures } = await handler(
      { Records: [{ messageId: '1', body: message.Body ?? '' }] } as SQSEvent,
      {
        getRemainingTimeInMillis: () => end - Date.now(),
      },
    );
    if (batchItemFailures.length > 0) failed += 1;
    else await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  }
  return { failed, waits };
};
