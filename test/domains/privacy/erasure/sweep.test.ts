import { expect, test } from 'vitest';
import { objectKey } from '../../../../functions/domains/archive/keys.ts';
import { pack } from '../../../../functions/domains/archive/object.ts';
import type { ArchivedEvent } from '../../../../functions/domains/events/records/archived-event.ts';
import { inParallel } from '../../../../functions/platform/parallel.ts';
import type { Files } from '../../../../functions/platform/storage/files.ts';
import { askToErase, certificateOf, countsIn, profileOf } from '../people.ts';
import { startShop } from '../shop.ts';

/** The number of reads per key, and of keys that are listed but not read. */
const counted = (files: Files) => {
  const reads = new Map<string, number>();
  const looks: string[] = [];
  return {
    reads,
    looks,
    files: {
      ...files,
      read: (key: string, range: Parameters<Files['read']>[1]) => {
        reads.set(key, (reads.get(key) ?? 0) + 1);
        return files.read(key, range);
      },
      head: (key: string, version?: string) => {
        looks.push(key);
        return files.head(key, version);
      },
    },
  };
};

const OBJECTS = 250;
const EVENTS = 20;

const line = (profile_id: string, n: number): ArchivedEvent => ({
  id: `${profile_id}${n}`,
  profile_id,
  metric_id: 'M',
  metric: 'Viewed Product',
  service: 'api',
  time: '2026-10-01T00:00:00.000Z',
  received_at: '2026-10-01T00:00:00.000Z',
  value: null,
  value_currency: null,
  unique_id: null,
  origin: null,
  source: 'client',
  backfill: false,
  properties: '{}',
  signals: null,
});

test('reads a month of the archive once for all erasures, and only new objects in later passes', {
  timeout: 300_000,
}, async () => {
  const shop = await startShop();
  const ids: string[] = [];
  const jobs: string[] = [];
  for (const name of ['ada', 'eve']) {
    const { body } = await shop.post('/api/profiles', profileOf({ email: `${name}@example.com` }));
    ids.push(body.data.id);
    jobs.push((await askToErase(shop, { email: `${name}@example.com` })).body.data.id);
  }
  const archive = shop.services.archive();
  await inParallel(Array.from({ length: OBJECTS }), 16, async (_, object) => {
    const day = `2026-10-${String(1 + (object % 31)).padStart(2, '0')}`;
    const lines = Array.from({ length: EVENTS }, (_, i) =>
      line(i === 0 ? (ids[object % 2] ?? '') : `OTHER${i}`, object * EVENTS + i),
    );
    await archive.write(objectKey(shop.account, day, `object-${object}`), await pack(lines), 'application/gzip');
  });
  const counting = counted(archive);
  shop.useArchive(counting.files);

  await shop.pass();

  expect(counting.reads.size).toBe(OBJECTS);
  expect([...counting.reads.values()].every((times) => times === 1)).toBe(true);
  expect(counting.looks).toEqual([]);
  for (const job of jobs) expect(countsIn(await certificateOf(shop, job))['archive/event']).toBe(OBJECTS / 2);

  counting.reads.clear();
  shop.wait(16);
  await shop.pass(...jobs);
  expect(counting.reads.size).toBe(0);
  expect(counting.looks).toHaveLength(OBJECTS);
});
