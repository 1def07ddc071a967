import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventsFile, peopleFile } from '../kill/files.ts';
import type { FaultPlan } from '../support/faults/faults.ts';
import { startFileFaults } from '../support/faults/file-faults.ts';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { sized } from '../support/size.ts';
import { startFaulty } from './harness.ts';

/** The same faults in every run: the kinds of faults do not depend on chance. */
const SEED = 20_261_125;

const ROWS = sized({ full: 120, reduced: 70 });

const files = [
  ['profiles', peopleFile(ROWS)],
  ['events', eventsFile(ROWS, { hasConflicts: true })],
] as const;

type Bucket = Awaited<ReturnType<typeof startFileFaults>>;

const outcomeAt = async (key: string, text: string, plan: FaultPlan, bucket?: Bucket) => {
  const app = await startFaulty(plan, bucket && { filesAt: bucket.endpoint });
  await app.importFile(key, text);
  bucket?.calm();
  const { struck } = app.proxy;
  app.calm();
  const [{ id, attributes }] = (await app.get('/api/import-jobs')).body.data;
  const { created_at: _, started_at: __, completed_at: ___, ...job } = attributes;
  const { body } = await app.get(`/api/import-jobs/${id}/errors?page[size]=100`);
  const timeline = await app.get('/api/events?page[size]=200');
  const people = await app.get('/api/profiles?page[size]=100');
  return {
    struck,
    seen: {
      job,
      report: await app.report(key.replace('.csv', '.errors.csv')),
      failed: body.data.map((row: { attributes: object }) => row.attributes),
      events: timeline.body.data.length,
      people: people.body.data.length,
    },
  };
};

test.each(files)(
  'gives rows of a file of %s the same outcomes as without faults',
  {
    timeout: 200_000,
  },
  async (kind, text) => {
    const key = `${kind}/file.csv`;
    const calm = await outcomeAt(key, text, {});
    expect(calm.seen.job.status).toBe('complete');
    const { total_count, created_count, updated_count, unchanged_count, duplicate_count, failed_count } = calm.seen.job;
    expect(total_count).toBe(created_count + updated_count + unchanged_count + duplicate_count + failed_count);

    const run = async (seed: number) => {
      const { struck, seen } = await outcomeAt(key, text, { seed, rate: 0.12 });
      expect(Object.keys(struck).length).toBeGreaterThan(4);
      expect(seen).toEqual(calm.seen);
    };
    await fc.assert(fc.asyncProperty(fc.integer(), run), {
      numRuns: sized({ full: 2, reduced: 1 }),
      seed: SEED,
      endOnFailure: true,
    });
  },
);

test.each(files)(
  'gives rows of a file of %s the same outcomes despite faults of the bucket',
  {
    timeout: 200_000,
  },
  async (kind, text) => {
    const key = `${kind}/file.csv`;
    const calm = await outcomeAt(key, text, {});
    const struck = new Set<string>();
    const run = async (seed: number) => {
      const bucket = await startFileFaults(awsEndpoint(), { seed, rate: 0.3 });
      const { seen } = await outcomeAt(key, text, {}, bucket);
      bucket.stop();
      for (const fault of Object.keys(bucket.struck)) struck.add(fault);
      expect(seen).toEqual(calm.seen);
    };
    await fc.assert(fc.asyncProperty(fc.integer(), run), {
      numRuns: sized({ full: 3, reduced: 2 }),
      seed: SEED,
      endOnFailure: true,
    });
    expect([...struck].sort()).toEqual([
      'cut',
      'reset',
      'resetLate',
      'serverErrorLate',
      'slowDown',
      'stall',
      'stallLate',
    ]);
  },
);
