import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { isEventChange } from '../../../functions/domains/events/records/read-events.ts';
import { readTotals } from '../../../functions/domains/events/totals/read-totals.ts';
import { slotOf } from '../../../functions/domains/events/totals/slots.ts';
import { totalChanges } from '../../../functions/domains/events/totals/total-changes.ts';
import { toChange } from '../../../functions/platform/changes/change.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { followTable } from '../../support/changes/follow-table.ts';

/** The part of the archive's consumer that adds up events. */
const totalling: ServiceDeclaration = {
  name: 'totalling',
  routes: {},
  triggers: [
    {
      on: 'change',
      types: ['event'],
      images: 'both',
      handle: (changes, services) => totalChanges(changes.filter(isEventChange), services),
    },
  ],
  uses: [],
};

/** The API, the stream of its table, and a consumer that can be killed. */
export const startTotals = async (now: string) => {
  const app = await startApp(events, { now: new Date(now) });
  const changes = startChanges([totalling], () => app.services);
  const table = followTable(app);
  let requestsLeft = Number.POSITIVE_INFINITY;
  app.watch(async (_, next) => {
    if (requestsLeft <= 0) throw new Error('killed');
    requestsLeft -= 1;
    return next();
  });

  const storedEvents = async () => [...(await table.scan()).values()].filter(({ type }) => type?.S === 'event');
  return {
    ...app,
    storedEvents,
    /** The changes of events since the last time, as the stream has them. */
    follow: async (): Promise<DynamoDBRecord[]> =>
      (await table.records()).filter(({ dynamodb }) => dynamodb?.Keys?.sk?.S?.startsWith('EVENT#')),
    read: (records: readonly DynamoDBRecord[]) => changes.read(records),
    /** One round of the consumer. It dies after so many requests. Returns the messages that failed. */
    work: async (requests = Number.POSITIVE_INFINITY, batchSize = 10): Promise<number> => {
      requestsLeft = requests;
      const failures = await changes.work(totalling, undefined, batchSize);
      requestsLeft = Number.POSITIVE_INFINITY;
      return failures;
    },
    /** Several functions at once. */
    workAtOnce: (batches: readonly (readonly DynamoDBRecord[])[]): Promise<unknown> =>
      Promise.all(batches.map((records) => totalChanges(records.map(toChange), app.services))),
    deadLetters: () => changes.deadLetters('totalling-changes'),
    /** As DynamoDB does when it expires, or an erasure. */
    remove: async ({ pk, sk }: Record<string, { S?: string } | undefined>): Promise<void> => {
      const Key = { pk: { S: pk?.S ?? '' }, sk: { S: sk?.S ?? '' } };
      await app.client.send(new DeleteItemCommand({ TableName: app.tableName, Key }));
    },
    /** Events and values of a metric by quarter of an hour: as the totals have them. */
    totals: async (metricId: string): Promise<Record<string, string> | undefined> => {
      const range = { from: slotOf(Date.parse('2024-01-01')), to: slotOf(Date.parse('2027-01-01')) };
      const totals = await readTotals(metricId, range, app.context());
      return (
        totals &&
        Object.fromEntries(
          [...totals]
            .filter(([, { count, sum }]) => count !== 0 || sum !== 0n)
            .map(([slot, { count, sum }]) => [slot, `${count} ${sum}`]),
        )
      );
    },
    /** The same, of all events in the table. */
    expected: async (metricId: string): Promise<Record<string, string>> => {
      const sums = new Map<number, { count: number; cents: number }>();
      for (const { metricId: metric, time, value } of await storedEvents()) {
        if (metric?.S !== metricId) continue;
        const slot = slotOf(Date.parse(time?.S ?? ''));
        const { count, cents } = sums.get(slot) ?? { count: 0, cents: 0 };
        sums.set(slot, { count: count + 1, cents: cents + Math.round(Number(value?.N ?? 0) * 100) });
      }
      return Object.fromEntries(
        [...sums].map(([slot, { count, cents }]) => [slot, `${count} ${BigInt(cents) * 10_000_000n}`]),
      );
    },
  };
};
