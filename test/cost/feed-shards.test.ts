import { expect, test } from 'vitest';
import { noCounts, rowsKey } from '../../functions/domains/feeds/records/sync.ts';
import { differencesOf } from '../../functions/domains/feeds/sync/differences.ts';
import { writeRecords } from '../../functions/domains/feeds/sync/shards.ts';
import { startFeeds } from '../domains/feeds/start.ts';

const FLUSHES = 12;

test('the rows of a shard are listed once, however many objects they are in', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  const sync = { ...(await shop.start(id)), bits: 0, flushes: FLUSHES, counts: noCounts };
  const product = { title: 'A', description: '', url: 'https://shop.example/a', images: [], categories: [] };
  // The last is what a run left that was killed.
  for (let flush = 0; flush <= FLUSHES; flush++) {
    const own = { ...product, id: `p${flush}`, published: true };
    const record = { row: flush + 1, place: `[${flush}]`, item: own.id, product: own };
    await writeRecords(rowsKey(sync, 0, flush), [record], shop.files);
  }
  const prefixes: string[] = [];
  const files = {
    ...shop.files,
    list: (prefix: string, after?: string) => {
      prefixes.push(prefix);
      return shop.files.list(prefix, after);
    },
  };
  const { units } = await differencesOf(sync, { shard: 0, graceHours: 0 }, files);
  expect([...units.keys()]).toEqual(Array.from({ length: FLUSHES }, (_, i) => `item/p${i}`));
  expect(prefixes).toHaveLength(1);
});
