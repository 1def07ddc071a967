import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { readMetrics, readStoredEvents } from '../../../functions/domains/events/records/read-events.ts';
import type { Properties } from '../../../functions/model/properties.ts';
import type { startForms } from './start.ts';

type App = Pick<Awaited<ReturnType<typeof startForms>>, 'account' | 'table' | 'client' | 'tableName'>;

/** The events of a profile, with the names of their metrics. */
export const readAllEvents = async ({ account, table }: App, profileId: string) => {
  const found: { readonly name: string; readonly properties: Properties; readonly time: string }[] = [];
  for await (const events of readStoredEvents(account, {}, table)) {
    const metrics = await readMetrics(events, table);
    for (const one of events)
      if (one.profileId === profileId)
        found.push({
          name: metrics.get(`${account} ${one.metricId}`)?.name ?? '',
          properties: one.properties,
          time: one.time,
        });
  }
  return found;
};

/** Everything in the table, as text. */
export const everythingStored = async ({ client, tableName }: App): Promise<string> => {
  const { Items } = await client.send(new ScanCommand({ TableName: tableName }));
  return JSON.stringify(Items);
};
