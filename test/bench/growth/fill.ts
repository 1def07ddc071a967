import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Event } from '../../../functions/domains/events/records/event.ts';
import { hashOf } from '../../../functions/domains/events/records/event-id.ts';
import { events } from '../../../functions/domains/events/records/store.ts';
import { identifiers, profiles } from '../../../functions/domains/profiles/records/store.ts';
import { inParallel } from '../../../functions/platform/parallel.ts';
import type { Item } from '../../../functions/platform/table/entity.ts';

const START = Date.UTC(2026, 0, 1);
const BATCH = 25;
const WIDTH = 16;

export interface World {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly account: string;
  readonly metricId: string;
}

/** The time of the n-th event: they are a second apart. */
export const timeOf = (n: number): string => new Date(START + n * 1_000).toISOString();

export const emailOf = (profileId: string): string => `${profileId.toLowerCase()}@example.com`;

export const eventItem = ({ account, metricId }: World, profileId: string, n: number): Item => {
  const time = timeOf(n);
  const event: Event = {
    account,
    profileId,
    metricId,
    hash: hashOf('filled', profileId, `${n}`),
    time,
    properties: { n, sku: 'T-1', note: 'x'.repeat(100) },
    value: 9.99,
    receivedAt: time,
  };
  return events.toItem(event);
};

export const profileItems = ({ account }: World, id: string, n: number): Item[] => {
  const at = timeOf(n);
  const value = emailOf(id);
  return [
    profiles.toItem({ account, id, rev: 1, email: value, properties: {}, created: at, updated: at }),
    identifiers.toItem({ account, kind: 'email', value, profileId: id }),
  ];
};

/** Writes items as they are stored, past the front door: what is measured there is what is done with them later. */
export const fill = async ({ client, tableName }: World, count: number, make: (n: number) => Item[]): Promise<void> => {
  await inParallel(Array.from({ length: Math.ceil(count / BATCH) }), WIDTH, async (_, batch) => {
    const numbers = Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (_, i) => batch * BATCH + i);
    const items = numbers.flatMap(make);
    for (let start = 0; start < items.length; start += BATCH) {
      const requests = items.slice(start, start + BATCH).map((item) => ({ PutRequest: { Item: marshall(item) } }));
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
      );
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('The emulator left items of a batch unwritten.');
    }
  });
};
