import { gunzipSync } from 'node:zlib';
import { type AttributeValue, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { archive } from '../../../functions/services/archive.ts';
import { startFaulty } from '../../faults/harness.ts';
import { startChanges } from '../../support/changes/changes.ts';
import type { FaultPlan } from '../../support/faults/faults.ts';
import { keepVersions } from '../../support/versioned-bucket.ts';
import { askToErase, certificateOf } from './people.ts';

/** A process that dies at its nth call, before or after it: no later call has an effect. */
const mortal = (services: Services, calls: number) => {
  let left = calls;
  const guarded = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name) {
        const member: unknown = Reflect.get(of, name);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          left -= 1;
          const isLast = left === 0;
          if (left < 0 || (isLast && calls % 2 === 0)) throw new Error('killed');
          const answer: unknown = await member.apply(of, given);
          if (isLast) throw new Error('killed');
          return answer;
        };
      },
    });
  const table = guarded(services.table);
  const [imports, archived, queue] = [services.imports(), services.archive(), services.queue()].map(guarded);
  const given = { table, imports: () => imports, archive: () => archived, queue: () => queue };
  return { services: { ...services, ...given } as Services, hasDied: () => left <= 0 };
};

/** The whole product, on versioned buckets as in a deployment, with an archive that is written on demand. */
export const startShop = async (plan: FaultPlan = {}, { mail }: Pick<Services, 'mail'> = {}) => {
  const app = await startFaulty(plan, { ...(mail && { mail }), hasDelays: true });
  for (const Bucket of Object.values(app.buckets)) await keepVersions(app.s3, Bucket);
  // S3 uses its own clock for new objects.
  let clock = Date.now();
  const wait = (minutes: number): void => {
    clock += minutes * 60_000;
    app.at(new Date(clock).toISOString());
  };
  wait(0);
  const sweeping = JSON.stringify({ kind: 'sweep', account: app.account });
  const eraser = (id: string) => JSON.stringify({ kind: 'erase', account: app.account, id });

  const items = async (): Promise<Record<string, AttributeValue>[]> =>
    (await app.client.send(new ScanCommand({ TableName: app.tableName }))).Items ?? [];

  const changes = startChanges([archive], () => app.services);
  /** Delivers stored events, as the table's stream and the archive's queue do; by default immediately. */
  const archiveAll = async (of: readonly Record<string, AttributeValue>[], writtenAt = clock): Promise<void> => {
    const records = of.map((item, i): DynamoDBRecord => {
      // The same JSON by two names of one type.
      const NewImage = item as NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;
      const { pk, sk } = NewImage;
      const Keys = { ...(pk && { pk }), ...(sk && { sk }) };
      const ApproximateCreationDateTime = writtenAt / 1_000;
      return { eventName: 'INSERT', dynamodb: { SequenceNumber: `${i}`, ApproximateCreationDateTime, Keys, NewImage } };
    });
    await changes.read(records);
    if ((await changes.work(archive)) > 0) throw new Error('The archive could not take them in.');
  };

  return {
    ...app,
    wait,
    items,
    events: async () => (await items()).filter(({ type }) => type?.S === 'event'),
    archiveAll,
    store: (Item: Record<string, AttributeValue>) =>
      app.client.send(new PutItemCommand({ TableName: app.tableName, Item })),
    /** Runs one pass for all waiting erasures. */
    pass: async (...ids: readonly string[]): Promise<void> => {
      await app.workOff(ids.map(eraser));
      await app.workOff([sweeping]);
    },
    messages: { sweeping, eraser },
    /** Delivers messages in order to a process that dies at its nth call; true if it died. */
    dieAfter: async (calls: number, messages: readonly string[]): Promise<boolean> => {
      const { services, hasDied } = mortal(app.services, calls);
      for (const message of messages) if (!hasDied()) await app.deliver(message, services);
      return hasDied();
    },
    /** Erases a person completely, and returns the certificate. */
    erase: async (attributes: object, person?: string) => {
      const { body } = await askToErase(app, attributes, person);
      const { id } = body.data;
      await app.workOff();
      await app.workOff([sweeping]);
      for (const minutes of [16, 25 * 60]) {
        wait(minutes);
        await app.workOff([eraser(id)]);
        await app.workOff([sweeping]);
      }
      return certificateOf(app, id);
    },
    /** The whole table as text, without the erasures' own items. */
    table: async (): Promise<string> =>
      JSON.stringify((await items()).filter(({ type }) => type?.S !== 'deletion_job')),
    /** The content of every object version, by key. */
    files: async (): Promise<readonly (readonly [string, string])[]> => {
      const found: (readonly [string, string])[] = [];
      for (const Bucket of Object.values(app.buckets)) {
        const { Versions = [] } = await app.s3.send(new ListObjectVersionsCommand({ Bucket }));
        for (const { Key = '', VersionId } of Versions) {
          const { Body } = await app.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
          const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
          found.push([Key, (Key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()]);
        }
      }
      return found;
    },
  };
};
