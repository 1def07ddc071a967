import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { createAccount } from '../../functions/domains/accounts/actions.ts';
import { listRemoved } from '../../functions/domains/privacy/deletions/job.ts';
import { getDeletion, startDeletion } from '../../functions/domains/privacy/erasures.ts';
import { upsertProfile } from '../../functions/domains/profiles/actions.ts';
import { readEnv } from '../../functions/platform/resources/env.ts';
import { openServices, type Services } from '../../functions/platform/resources/services.ts';
import type { Files } from '../../functions/platform/storage/files.ts';
import { openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { serveQueue } from '../../functions/platform/workers/serve.ts';
import { privacy } from '../../functions/services/privacy.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { createTable } from '../support/table.ts';
import { createVersionedBucket } from '../support/versioned-bucket.ts';

const LONG_MS = 3_600_000;

/** An account with buckets that keep versions, whose functions run here, by a clock that can be put forward. */
export const openShop = async (endpoint: string, tableEndpoint: string) => {
  const name = `erase-${randomUUID()}`;
  const [imports, archived] = [`${name}-i`, `${name}-a`];
  await createTable(new DynamoDBClient(clientConfig(tableEndpoint)), name);
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  for (const Bucket of [imports, archived]) {
    await createVersionedBucket(s3, Bucket);
  }
  const { QueueUrl = '' } = await new SQSClient(clientConfig(endpoint)).send(
    new CreateQueueCommand({ QueueName: name }),
  );
  const env = readEnv({
    TABLE_NAME: name,
    IMPORTS_BUCKET: imports,
    ARCHIVE_BUCKET: archived,
    QUEUE_URL: QueueUrl,
    S3_ADDRESSING: 'path',
    LOG_LEVEL: 'error',
  });
  const opened = openServices(env, clientConfig(endpoint));
  const archive = opened.archive();
  const reads = new Map<string, number>();
  let monthEnd = new Date(0);
  const counting: Files = {
    ...archive,
    versions: async (prefix, after) => {
      const { versions, ...rest } = await archive.versions(prefix, after);
      const dated = versions.map(({ modified, ...one }) => ({
        ...one,
        modified: modified < monthEnd ? new Date(modified.getTime() - LONG_MS) : modified,
      }));
      return { ...rest, versions: dated };
    },
    read: (key, range) => {
      reads.set(key, (reads.get(key) ?? 0) + 1);
      return archive.read(key, range);
    },
  };
  let clockMs = 0;
  const services: Services = {
    ...opened,
    table: openTable(name, openDynamo(clientConfig(tableEndpoint))),
    archive: () => counting,
    now: () => new Date(Date.now() + clockMs),
  };
  const { id: account } = await createAccount({ name: 'Soak' }, services);
  const context = { ...services, account };
  const handler = serveQueue(privacy, () => services);
  const deliver = async (message: object): Promise<void> => {
    const end = Date.now() + 900_000;
    const event = { Records: [{ messageId: '1', body: JSON.stringify(message) }] } as SQSEvent;
    const answer = await handler(event, { getRemainingTimeInMillis: () => end - Date.now() });
    assert.deepEqual(answer.batchItemFailures, []);
  };
  const emailOf = (i: number): string => `erased-${i}@example.com`;
  return {
    account,
    archive,
    services,
    makePeople: async (count: number): Promise<string[]> => {
      const ids: string[] = [];
      for (let i = 0; i < count; i++) {
        const input = { identifiers: { email: emailOf(i) }, fields: {} };
        const { profile } = await upsertProfile(input, { onConflict: 'refuse', caller: 'trusted' }, context);
        ids.push(profile.id);
      }
      return ids;
    },
    /** What lies in the archive now was put there long ago, for S3's clock can't be put forward. */
    endMonth: (): void => {
      monthEnd = new Date();
    },
    /** The ids of the jobs. */
    ask: (persons: readonly string[]): Promise<string[]> =>
      Promise.all(persons.map(async (_, i) => (await startDeletion({ kind: 'email', value: emailOf(i) }, context)).id)),
    /** Goes through everything once, so many minutes later. */
    pass: async (jobs: readonly string[], minutes: number): Promise<void> => {
      clockMs += minutes * 60_000;
      for (const id of jobs) await deliver({ kind: 'erase', account, id });
      await deliver({ kind: 'sweep', account });
    },
    told: async (job: string) => {
      const found = await getDeletion(job, context);
      const ofArchive = listRemoved(found).filter(({ place }) => place === 'archive');
      return { status: found.status, events: ofArchive.reduce((sum, { count }) => sum + count, 0) };
    },
    /** How often each object of the archive was read. */
    reads: () => new Map(reads),
    forgetReads: () => reads.clear(),
  };
};
