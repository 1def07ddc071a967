import assert from 'node:assert/strict';
import { startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { eventsFile, peopleFile } from '../kill/files.ts';
import { importFile } from '../kill/import-result.ts';
import { startDynamoDbLocal } from '../support/setup/dynamodb-local.ts';

const MEGABYTE = 1024 * 1024;

/** As in `npm test`, with large files and the pace of the deployed function: the table is DynamoDB Local, which is quicker. */
export const killSoak = async ({ seed, scale }: { readonly seed: number; readonly scale: number }) => {
  const rows = Math.round(100_000 * scale);
  const [cloud, table] = await Promise.all([startMiniStack(), startDynamoDbLocal()]);
  const place = { awsEndpoint: cloud.endpoint, tableEndpoint: table.endpoint };
  const figures: Record<string, number> = {};
  try {
    for (const [name, kind, text, lanes] of [
      ['profiles', 'profiles', peopleFile(rows), 1],
      ['events', 'events', eventsFile(rows, { hasConflicts: false }), 4],
      ['conflicts', 'events', eventsFile(rows / 10, { hasConflicts: true }), 1],
    ] as const) {
      const file = { key: `${kind}/file.csv`, text };
      const pace = { windowRows: 500, chunkBytes: MEGABYTE, lanes };
      const began = performance.now();
      const calm = await importFile(place, { file, pace });
      figures[`kill.${name}.undisturbedSeconds`] = secondsSince(began);
      console.error(`${name}: ${JSON.stringify(calm.outcome.job)} undisturbed`);
      const killing = { seed, mostRequests: 2_000 };
      const hurt = await importFile(place, { file, pace, killing });
      figures[`kill.${name}.seconds`] = secondsSince(began);
      figures[`kill.${name}.rows`] = calm.outcome.job.total_count;
      figures[`kill.${name}.failedRows`] = calm.outcome.job.failed_count;
      figures[`kill.${name}.runs`] = hurt.runs;
      figures[`kill.${name}.kills`] = hurt.kills;
      console.error(`${name}: ${hurt.kills} of ${hurt.runs} runs killed`);
      assert.deepEqual(hurt.outcome.job, calm.outcome.job);
      assert.equal(hurt.outcome.report, calm.outcome.report);
      assert.deepEqual(hurt.outcome.failed, calm.outcome.failed);
      assert.equal(hurt.outcome.stored, calm.outcome.stored);
    }
    return figures;
  } finally {
    await Promise.all([cloud.stop(), table.stop()]);
  }
};

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1_000);
