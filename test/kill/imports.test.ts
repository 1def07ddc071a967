import { expect, test } from 'vitest';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { sized } from '../support/size.ts';
import { eventsFile, peopleFile } from './files.ts';
import { importFile } from './import-result.ts';

const cases = [
  {
    kind: 'profiles',
    text: peopleFile(sized({ full: 500, reduced: 80 })),
    pace: { windowRows: 50, chunkBytes: sized({ full: 8_000, reduced: 3_000 }) },
    leaves: 'consent_ledger_entry',
  },
  {
    kind: 'events',
    text: eventsFile(sized({ full: 1_000, reduced: 150 }), { hasConflicts: false }),
    pace: { windowRows: 50, chunkBytes: sized({ full: 12_000, reduced: 3_000 }), lanes: 3 },
    leaves: 'event',
  },
];

test.each(cases)(
  'leaves the same result for a file of $kind when its functions are killed repeatedly',
  {
    timeout: 400_000,
  },
  async ({ kind, text, pace, leaves }) => {
    const place = { awsEndpoint: awsEndpoint() };
    const file = { key: `${kind}/file.csv`, text };
    const calm = await importFile(place, { file, pace });
    const hurt = await importFile(place, {
      file,
      pace,
      killing: { seed: 11, mostRequests: sized({ full: 40, reduced: 15 }) },
    });

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
