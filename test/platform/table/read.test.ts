import { describe, expect, test } from 'vitest';
import type { Item } from '../../../functions/platform/table/entity.ts';
import { cursorAt, listPage, type Page } from '../../../functions/platform/table/listing/pages.ts';
import { create, put } from '../../../functions/platform/table/write.ts';
import { emptyTable, notes } from './open.ts';

const two = (n: number) => String(n).padStart(3, '0');
const idOf = (item: Readonly<Record<string, unknown>>) => String(item.id ?? item.gsi1sk).replace(/#.*/, '');

/** Notes 0 to n - 1, spread over shards. */
const filled = async (n: number, shards = 1) => {
  const opened = await emptyTable();
  const all = Array.from({ length: n }, (_, i) => put(notes, { shard: `s${i % shards}`, id: two(i), at: two(i) }));
  for (let start = 0; start < n; start += 100) await opened.table.transact(all.slice(start, start + 100));
  opened.requests.length = 0;
  return opened;
};

test('reads more than a hundred items in order, a hundred per request, with gaps and duplicates', async () => {
  const { table, requests } = await filled(230);
  const ids = Array.from({ length: 240 }, (_, i) => ({ shard: 's0', id: two(239 - i) }));

  const found = await table.getMany(notes, [...ids, { shard: 's0', id: '005' }]);

  expect(found).toHaveLength(241);
  expect(found.slice(0, 10)).toEqual(Array(10).fill(undefined));
  expect(found.slice(10).map((one) => one?.id)).toEqual([...ids.slice(10).map(({ id }) => id), '005']);
  expect(requests).toEqual(Array(3).fill('BatchGetItemCommand'));
  expect(await table.getMany(notes, [])).toEqual([]);
});

test('refuses a cursor longer than any key', async () => {
  const { table } = await filled(1);
  const listing = { partitions: ['A#a#s0'], descending: false, size: 1 };
  await expect(listPage(table, { ...listing, cursor: cursorAt('x'.repeat(900), 'after') })).rejects.toThrow('cursor');
  expect(await listPage(table, { ...listing, cursor: cursorAt('x'.repeat(800), 'after') })).toEqual({ items: [] });
});

describe('a query', () => {
  test.each([
    [{}, ['000', '001', '002', '003', '004']],
    [{ prefix: 'NOTE#' }, ['000', '001', '002', '003', '004']],
    [{ prefix: 'NOTE#003' }, ['003']],
    [{ prefix: 'OTHER' }, []],
    [{ after: 'NOTE#001' }, ['002', '003', '004']],
    [{ after: 'NOTE#0015' }, ['002', '003', '004']],
    [{ before: 'NOTE#002' }, ['000', '001']],
    [{ after: 'NOTE#000', before: 'NOTE#004' }, ['001', '002', '003']],
    [{ after: 'NOTE#000', before: 'NOTE#004', descending: true }, ['003', '002', '001']],
    [{ after: 'NOTE#004' }, []],
    [{ before: 'NOTE#000' }, []],
    [{ after: 'NOTE#003', before: 'NOTE#001' }, []],
    [{ after: 'NOTE#001', before: 'NOTE#001' }, []],
    [{ prefix: 'NOTE#', after: 'A' }, ['000', '001', '002', '003', '004']],
    [{ prefix: 'NOTE#', before: 'Z' }, ['000', '001', '002', '003', '004']],
    [{ limit: 2 }, ['000', '001']],
    [{ limit: 2, after: 'NOTE#001' }, ['002', '003']],
    [{ limit: 2, before: 'NOTE#003', descending: true }, ['002', '001']],
  ])('of %j', async (range, expected) => {
    const { table } = await filled(5);
    await table.write(create(notes, { shard: 's1', id: '999' }));
    expect((await table.query({ pk: 'A#a#s0', limit: 10, ...range })).map(idOf)).toEqual(expected);
  });

  test('of a partition with an overlong name finds nothing', async () => {
    const { table, requests } = await filled(1);
    expect(await table.query({ pk: `A#a#${'x'.repeat(2_044)}`, limit: 1 })).toEqual([]);
    expect(await table.query({ pk: `A#a#${'ü'.repeat(1_023)}`, limit: 1 })).toEqual([]);
    expect(requests).toEqual(['QueryCommand']);
  });

  test('continues where DynamoDB ends a page at a megabyte', async () => {
    const { table, requests } = await emptyTable();
    for (let i = 0; i < 6; i++) await table.write(put(notes, { shard: 's0', id: two(i), text: 'x'.repeat(300_000) }));
    requests.length = 0;

    expect(await table.queryOf(notes, { pk: 'A#a#s0', limit: 6 })).toHaveLength(6);
    expect(requests.length).toBeGreaterThan(1);
  });
});

describe.each([1, 3, 8])('pages over %i partitions', (shards) => {
  const partitions = Array.from({ length: shards }, (_, i) => `A#a#BY#s${i}`);
  const listing = { index: 'gsi1', partitions, size: 7 } as const;

  test.each([false, true])('have every item once, forward and back; descending: %j', async (descending) => {
    const { table } = await filled(40, shards);
    const expected = Array.from({ length: 40 }, (_, i) => two(descending ? 39 - i : i));

    const pages: Page<Item>[] = [await listPage(table, { ...listing, descending })];
    for (let cursor = pages.at(-1)?.next; cursor; cursor = pages.at(-1)?.next) {
      pages.push(await listPage(table, { ...listing, descending, cursor }));
    }
    expect(pages.map(({ items }) => items.length)).toEqual([7, 7, 7, 7, 7, 5]);
    expect(pages.flatMap(({ items }) => items.map(idOf))).toEqual(expected);
    expect(pages[0]?.prev).toBeUndefined();

    const back: Page<Item>[] = [];
    for (let cursor = pages.at(-1)?.prev; cursor; cursor = back[0]?.prev) {
      back.unshift(await listPage(table, { ...listing, descending, cursor }));
    }
    expect(back.flatMap(({ items }) => items.map(idOf))).toEqual(expected.slice(0, 35));
    expect(back.every(({ next }) => next !== undefined)).toBe(true);
  });

  test('do not shift with new items', async () => {
    const { table } = await filled(20, shards);
    const first = await listPage(table, { ...listing, descending: true });
    await table.write(put(notes, { shard: 's0', id: '900', at: '900' }));
    await table.write(put(notes, { shard: 's0', id: '0125', at: '0125' }));

    const second = await listPage(table, { ...listing, descending: true, cursor: first.next ?? '' });
    expect(second.items.map(idOf)).toEqual(['0125', '012', '011', '010', '009', '008', '007']);
    const back = await listPage(table, { ...listing, descending: true, cursor: second.prev ?? '' });
    expect(back.items.map(idOf)).toEqual(first.items.map(idOf));
    const newer = await listPage(table, { ...listing, descending: true, cursor: back.prev ?? '' });
    expect(newer.items.map(idOf)).toEqual(['900']);
    expect(newer.prev).toBeUndefined();
  });

  test('respect the bounds of the listing', async () => {
    const { table } = await filled(20, shards);
    const ends = { after: '005#', before: '009#~' };
    const { items, next } = await listPage(table, { ...listing, ...ends, size: 3, descending: false });
    expect(items.map(idOf)).toEqual(['005', '006', '007']);
    const rest = await listPage(table, { ...listing, ...ends, size: 3, descending: false, cursor: next ?? '' });
    expect(rest.items.map(idOf)).toEqual(['008', '009']);
    expect(rest.next).toBeUndefined();
    const outside = await listPage(table, { ...listing, ...ends, descending: false, cursor: cursorAt('015', 'after') });
    expect(outside.items).toEqual([]);
  });
});

test('refuse an invalid cursor', async () => {
  const { table } = await emptyTable();
  for (const cursor of ['abc', '===', 'eyJhIjoxfQ', Buffer.from('<').toString('base64url')]) {
    await expect(listPage(table, { partitions: ['A#a#s0'], size: 1, descending: false, cursor })).rejects.toThrow(
      'cursor',
    );
  }
});

test('are complete if one partition has all items', async () => {
  const { table } = await emptyTable();
  await table.transact(Array.from({ length: 60 }, (_, i) => put(notes, { shard: 's3', id: two(i), at: two(i) })));
  const partitions = Array.from({ length: 8 }, (_, i) => `A#a#BY#s${i}`);
  const { items, next } = await listPage(table, { index: 'gsi1', partitions, size: 50, descending: false });
  expect(items.map(idOf)).toEqual(Array.from({ length: 50 }, (_, i) => two(i)));
  expect(next).toBeDefined();
});
