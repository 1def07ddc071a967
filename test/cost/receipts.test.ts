import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { countChanges } from '../../functions/domains/receipts/counts/count-changes.ts';
import { countParts, countsPk } from '../../functions/domains/receipts/counts/store.ts';
import { eventJobs } from '../../functions/domains/receipts/jobs/event-job.ts';
import { events } from '../../functions/services/events.ts';
import { jobWrites, partWrites } from '../../lib/cost/bill.ts';
import { countPart, eventJob } from '../../lib/cost/operations.ts';
import { bulk, group } from '../domains/events/event-bodies.ts';
import { startApp } from '../support/app.ts';

/** A call with an event of each of so many people, at times of their own. */
const callOf = (count: number) =>
  bulk(
    Array.from({ length: count }, (_, i) => {
      const random = createHash('sha256').update(String(i)).digest().readUInt32BE();
      const time = new Date(Date.UTC(2025, 11, 1) + (random % 86_400_000)).toISOString();
      return group({ email: `person-${i}@example.com` }, [{ unique_id: `order-${i}`, time }]);
    }),
  );

/** As DynamoDB counts an item of texts and numbers: names, and values as UTF-8. */
const bytesOf = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  );

test.each([10, 50, 100, 1_000])('the job of %i events is as large as the model says', async (count) => {
  const app = await startApp(events);
  const answer = await app.post('/api/event-bulk-create-jobs', callOf(count));
  const id = answer.headers['Tributary-Job'] ?? '';
  const job = await app.table.get(eventJobs, { account: app.account, id });
  if (!job) throw new Error('no job');
  const bytes = bytesOf(eventJobs.toItem(job));
  const model = eventJob.bytes + count * eventJob.bytesPerEvent;
  expect(bytes).toBeLessThanOrEqual(model);
  expect(bytes).toBeGreaterThan(model * 0.85);
  expect(Math.ceil(bytes / 1_024)).toBeLessThanOrEqual(jobWrites(count));
});

const CALL = 100;

test('the job and the counts of a hundred events cost at most 0.05 write units an event', async () => {
  const app = await startApp(events);
  const call = callOf(CALL);
  await app.post('/api/event-bulk-create-jobs', call);
  const answer = await app.post('/api/event-bulk-create-jobs', call);
  expect(answer.headers['Tributary-Events']).toBe(`stored=0, duplicate=${CALL}, conflict=0`);
  const metricId = 'M'.repeat(16);
  const receivedAt = '2026-01-01T00:00:00.000Z';
  const source = `api:${app.keyId}`;
  const changes = Array.from({ length: CALL }, (_, i) => ({
    kind: 'inserted' as const,
    key: { pk: `A#${app.account}#P#${i}`, sk: `EVENT#${i}` },
    position: String(i).padStart(40, '0'),
    at: receivedAt,
    after: { type: 'event', account: app.account, source, metricId: `${metricId.slice(1)}${i % 3}`, receivedAt },
  }));
  await countChanges(changes, app.services);
  const [part, other] = await app.table.queryOf(countParts, { pk: countsPk(app.account, '2026-01-01'), limit: 2 });
  if (!part || other) throw new Error('not one part');
  const bytes = bytesOf(countParts.toItem(part));
  expect(bytes).toBeLessThanOrEqual(countPart.bytes + CALL * countPart.bytesPerChange + 120);
  expect((jobWrites(CALL) + Math.ceil(bytes / 1_024)) / CALL).toBeLessThanOrEqual(0.05);
  expect(partWrites(10_000) / 10_000).toBeLessThan(0.008);
});
