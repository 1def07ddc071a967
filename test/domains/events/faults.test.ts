import { expect, test } from 'vitest';
import { type NewEvent, recordEvents } from '../../../functions/domains/events/actions.ts';
import { EVENTS, timelinePk } from '../../../functions/domains/events/records/store.ts';
import { openDynamo } from '../../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../../functions/platform/table/table.ts';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { startFaultyProxy } from '../../support/faults/faults.ts';
import { tableEndpoint } from '../../support/table.ts';

test('stores each event once whatever request fails', { timeout: 300_000 }, async () => {
  const app = await startApp(events);
  const proxy = await startFaultyProxy(tableEndpoint(), { seed: 7, rate: 0.3 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const table = openTable(app.tableName, openDynamo({ endpoint: proxy.endpoint, region: 'us-east-1', credentials }));
  const sent = Array.from(
    { length: 100 },
    (_, n): NewEvent => ({
      profileId: 'P1',
      metric: { service: 'api', name: `M${n % 3}` },
      time: new Date(Date.UTC(2025, 0, 1) + n),
      properties: { n },
      ...(n % 2 && { uniqueId: `u${n}` }),
      origin: `import:j#${n}`,
    }),
  );
  const attempt = async (left: number) => {
    try {
      return await recordEvents(sent, { ...app.context(), table });
    } catch (error) {
      if (left === 0) throw error;
      return attempt(left - 1);
    }
  };

  const recorded = await attempt(30);

  proxy.stop();
  expect(Object.keys(proxy.struck).length).toBeGreaterThan(3);
  // Each row recognizes its own event, from whichever delivery.
  expect(recorded.every(({ outcome }) => outcome === 'stored')).toBe(true);
  const stored = await app.table.query({ pk: timelinePk(app.account, 'P1'), prefix: EVENTS, limit: 1_000 });
  expect(stored).toHaveLength(100);
});
