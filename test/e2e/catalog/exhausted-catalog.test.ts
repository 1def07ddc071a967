import { ulid } from 'ulid';
import { afterAll, expect, inject, test } from 'vitest';
import { catalogJobs } from '../../../functions/domains/catalog/bulk/job.ts';
import { catalogCategories, catalogItems } from '../../../functions/domains/catalog/records/store.ts';
import { feedSyncs } from '../../../functions/domains/feeds/records/store.ts';
import { noCounts } from '../../../functions/domains/feeds/records/sync.ts';
import { admin } from '../../support/deployed/admin.ts';
import { drop } from '../../support/deployed/bucket.ts';
import { removeDeadLetters } from '../../support/deployed/exhausted.ts';
import { fail, failed, patient, table } from '../../support/deployed/failed-job.ts';

afterAll(async () => {
  for (const domain of ['Catalog', 'Feeds']) await removeDeadLetters(domain);
});

const createdAt = '2026-01-01T00:00:00.000Z';
const expiresAt = 4_000_000_000;
const ownAccount = (): string => inject('stack').companyId;
const listedAsFailed = async (kind: string, id: string): Promise<void> =>
  expect(JSON.parse(await admin('jobs', 'failed'))).toContainEqual({ kind, id, error: failed.error });

test('the catalog fails a job, and a deletion, which continue by the command line', async () => {
  const of = { account: ownAccount(), id: ulid() };
  const counts = { total: 1, settled: 0, completed: 0, failed: 0 };
  const job = { ...of, status: 'queued', action: 'delete', object: 'item', ...counts, createdAt, expiresAt } as const;
  await drop(`catalog-jobs/${of.account}/${of.id}.json`, JSON.stringify([{ id: of.id }]));
  await fail('Catalog', catalogJobs, job, { message: { kind: 'catalog-bulk', ...of }, ends: failed });
  await listedAsFailed('catalog-bulk', of.id);
  await admin('jobs', 'retry', of.id, '--as', 'catalog-bulk');
  await expect.poll(() => table().get(catalogJobs, of), patient).toMatchObject({ status: 'complete', failed: 1 });

  const created = { name: 'Shirts', rev: 1, created: createdAt, updated: createdAt, deletedAt: createdAt };
  const message = { kind: 'delete-catalog-category', ...of };
  await fail('Catalog', catalogCategories, { ...of, ...created }, { message, ends: { deletionError: failed.error } });
  await listedAsFailed('delete-catalog-category', of.id);
  await admin('jobs', 'retry', of.id, '--as', 'delete-catalog-category');
  await expect.poll(async () => (await table().get(catalogCategories, of))?.deletionError, patient).toBeUndefined();
});

test('the deletion of an item with many variants fails, and continues by the command line', async () => {
  const of = { account: ownAccount(), id: ulid() };
  const content = { title: 'Shirt', description: '', url: 'https://shop.example/', published: true };
  const item = { ...of, ...content, rev: 1, created: createdAt, updated: createdAt, deletedAt: createdAt };
  const message = { kind: 'delete-catalog-item', ...of };
  await fail('Catalog', catalogItems, item, { message, ends: { deletionError: failed.error } });
  await listedAsFailed('delete-catalog-item', of.id);
  await admin('jobs', 'retry', of.id, '--as', 'delete-catalog-item');
  await expect.poll(() => table().get(catalogItems, of), patient).toBeUndefined();
});

test('feeds fail a sync, which continues by the command line', async () => {
  const of = { account: ownAccount(), id: ulid() };
  const progress = { tries: 0, bits: 0, flushes: 0, shard: 0, at: 0, counts: noCounts, errors: [] };
  const job = {
    ...of,
    status: 'queued',
    feed: 'none',
    allowsMissing: false,
    stage: 'fetch',
    createdAt,
    expiresAt,
  } as const;
  await fail(
    'Feeds',
    feedSyncs,
    { ...job, ...progress },
    { message: { kind: 'catalog-feed-sync', ...of }, ends: failed },
  );
  await listedAsFailed('catalog-feed-sync', of.id);
  await admin('jobs', 'retry', of.id, '--as', 'catalog-feed-sync');
  // Its feed is gone meanwhile.
  await expect.poll(() => table().get(feedSyncs, of), patient).not.toMatchObject(failed);
});
