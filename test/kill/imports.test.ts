import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEndpoint } from '../support/aws-endpoint.ts';
import { startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { hasJava } from '../support/java.ts';
import { eventsFile, peopleFile } from './files.ts';
import { importFile } from './imported.ts';
import type { Place } from './shop.ts';

let place: Place;
let stop = async () => {};

beforeAll(async () => {
  // Several times as fast as MiniStack.
  const local = hasJava() ? await startDynamoDbLocal() : undefined;
  if (local) stop = local.stop;
  place = { awsEndpoint: awsEndpoint(), ...(local && { tableEndpoint: local.endpoint }) };
});
afterAll(() => stop());

const cases = [
  {
    kind: 'profiles',
    text: peopleFile(500),
    pace: { windowRows: 50, chunkBytes: 8_000 },
    leaves: 'consent_ledger_entry',
  },
  {
    kind: 'events',
    text: eventsFile(1_000, { hasConflicts: false }),
    pace: { windowRows: 50, chunkBytes: 12_000, lanes: 3 },
    leaves: 'event',
  },
];

test.each(cases)(
  'a file of $kind, its functions killed again and again, leaves what an undisturbed run leaves',
  {
    timeout: 400_000,
  },
  async ({ kind, text, pace, leaves }) => {
    const file = { key: `${kind}/file.csv`, text };
    const calm = await importFile(place, { file, pace });
    const hurt = await importFile(place, { file, pace, killing: { seed: 11, mostRequests: 40 } });

    expect(calm.outcome.job).toMatchObject({ status: 'complete' });
    expect(calm.outcome.report).toBeDefined();
    expect(calm.outcome.stored).toContain(`"type":"${leaves}"`);
    expect(hurt.kills).toBeGreaterThan(8);
    expect(hurt.outcome.job).toEqual(calm.outcome.job);
    expect(hurt.outcome.report).toBe(calm.outcome.report);
    expect(hurt.outcome.failed).toEqual(calm.outcome.failed);
    expect(hurt.outcome.stored).toBe(calm.outcome.stored);
  },
);
