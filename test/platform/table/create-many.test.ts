import { expect, test } from 'vitest';
import { create } from '../../../functions/platform/table/write.ts';
import { emptyTable, type Note, notes } from './open.ts';

const noteOf = (n: number, text = 'm'): Note => ({ shard: 's', id: `${n}`.padStart(3, '0'), text, at: `${n}` });

test('creates 25 items per request, each with its index entry', async () => {
  const { table, requests } = await emptyTable();
  const values = Array.from({ length: 60 }, (_, n) => noteOf(n));

  expect(await table.createMany(notes, values)).toEqual(values.map(() => ({ done: true })));

  expect(requests).toEqual(Array.from({ length: 3 }, () => 'BatchExecuteStatementCommand'));
  expect(await table.queryOf(notes, { pk: 'A#a#s', limit: 100 })).toEqual(values);
  expect(await table.query({ index: 'gsi1', pk: 'A#a#BY#s', limit: 100 })).toHaveLength(60);
});

test('keeps existing items, and returns them', async () => {
  const { table, requests } = await emptyTable();
  await table.write(create(notes, noteOf(1, 'first')));
  requests.length = 0;

  const answers = await table.createMany(notes, [noteOf(0), noteOf(1), noteOf(2)]);

  expect(answers).toEqual([{ done: true }, { done: false, existing: noteOf(1, 'first') }, { done: true }]);
  expect(requests).toEqual(['BatchExecuteStatementCommand', 'BatchGetItemCommand']);
});

test('creates the first of several items with one key', async () => {
  const { table } = await emptyTable();
  expect(await table.createMany(notes, [noteOf(0, 'a'), noteOf(1, 'b'), noteOf(0, 'c'), noteOf(0, 'd')])).toEqual([
    { done: true },
    { done: true },
    { done: false, existing: noteOf(0, 'a') },
    { done: false, existing: noteOf(0, 'a') },
  ]);
});

test('creates a single item by one conditional put, which returns an existing one', async () => {
  const { table, requests } = await emptyTable();
  expect(await table.createMany(notes, [])).toEqual([]);
  expect(await table.createMany(notes, [noteOf(0, 'a')])).toEqual([{ done: true }]);
  expect(await table.createMany(notes, [noteOf(0, 'b')])).toEqual([{ done: false, existing: noteOf(0, 'a') }]);
  expect(requests).toEqual(['PutItemCommand', 'PutItemCommand']);
});

test('creates large items in small batches, and stores their values exactly', async () => {
  const { table, requests } = await emptyTable();
  const values = Array.from({ length: 6 }, (_, n): Note => ({ ...noteOf(n, 'x'.repeat(300_000)), count: -1.5e-7 }));
  const odd: Note = { shard: 's', id: '\'"?{}', text: '', count: 0, data: { a: [null, 'ü', 2 ** 70] } };

  const answers = await table.createMany(notes, [...values, odd]);

  expect(answers.every(({ done }) => done)).toBe(true);
  expect(requests).toHaveLength(2);
  expect(await table.getMany(notes, [...values, odd])).toEqual([...values, odd]);
});

test('creates each item once with simultaneous writers', async () => {
  const { table } = await emptyTable();
  const values = Array.from({ length: 50 }, (_, n) => noteOf(n));
  const all = await Promise.all(Array.from({ length: 4 }, () => table.createMany(notes, values)));
  for (const [i, value] of values.entries()) {
    const answers = all.map((answer) => answer[i]);
    expect(answers.filter((answer) => answer?.done)).toHaveLength(1);
    expect(answers.filter((answer) => answer?.done === false)).toEqual(
      Array.from({ length: 3 }, () => ({ done: false, existing: value })),
    );
  }
});

test('reports an item that can never be written as an error', async () => {
  const { table } = await emptyTable();
  const tooLarge = noteOf(0, 'x'.repeat(500_000));
  await expect(table.createMany(notes, [noteOf(1), tooLarge])).rejects.toThrow('Item size');
});
