import { expect, test } from 'vitest';
import { create, update } from '../../../functions/platform/table/write.ts';
import { emptyTable, type Note, notes } from './open.ts';

const noteOf = (n: number, more: Partial<Note> = {}): Note => ({
  shard: 's',
  id: `${n}`.padStart(3, '0'),
  text: 'm',
  count: n,
  at: `${n}`,
  data: { a: ['ü', null] },
  ...more,
});
const counting = (n: number, was: number, text: string) => {
  const next = noteOf(n, { text, count: was + 1, at: `later ${n}`, data: { a: [1] } });
  const condition = { attribute: 'count', is: '=', value: was } as const;
  return update(notes, next, { value: next, set: next, condition });
};

test('updates 25 items per request, each on the condition of its earlier state', async () => {
  const { table, requests } = await emptyTable();
  await table.createMany(
    notes,
    Array.from({ length: 60 }, (_, n) => noteOf(n)),
  );
  requests.length = 0;

  const stale = new Set([7, 30]);
  const done = await table.updateMany(
    Array.from({ length: 60 }, (_, n) => counting(n, stale.has(n) ? 999 : n, `it's "new" ${n}`)),
  );

  expect(done).toEqual(Array.from({ length: 60 }, (_, n) => !stale.has(n)));
  expect(requests).toEqual(Array.from({ length: 3 }, () => 'BatchExecuteStatementCommand'));
  const now = await table.queryOf(notes, { pk: 'A#a#s', limit: 100 });
  expect(now).toEqual(
    Array.from({ length: 60 }, (_, n) =>
      stale.has(n)
        ? noteOf(n)
        : noteOf(n, { text: `it's "new" ${n}`, count: n + 1, at: `later ${n}`, data: { a: [1] } }),
    ),
  );
  const entries = await table.query({ index: 'gsi1', pk: 'A#a#BY#s', prefix: 'later', limit: 100 });
  expect(entries).toHaveLength(58);
});

test('removes attributes, and does not create missing items', async () => {
  const { table } = await emptyTable();
  await table.createMany(notes, [noteOf(0), noteOf(1)]);
  const clear = (n: number) => update(notes, noteOf(n), { set: { at: 'x' }, remove: ['text', 'data', 'nothing'] });

  expect(await table.updateMany([clear(0), clear(1), clear(2)])).toEqual([true, true, false]);

  const { text: _, data: __, ...rest } = noteOf(0, { at: 'x' });
  expect(await table.getMany(notes, [noteOf(0), noteOf(2)])).toEqual([rest, undefined]);
});

test('sends inexpressible updates alone, and so the second update of an item', async () => {
  const { table, requests } = await emptyTable();
  await table.createMany(notes, [noteOf(0), noteOf(1), noteOf(2)]);
  requests.length = 0;

  const adding = update(notes, noteOf(0), { add: { count: 5 } });
  const above = update(notes, noteOf(1), { set: { text: 'n' }, condition: { attribute: 'count', is: '>', value: 1 } });
  const first = counting(2, 2, 'first');
  const second = counting(2, 2, 'second');
  expect(await table.updateMany([adding, above, first, second])).toEqual([true, false, true, false]);

  expect(requests.filter((name) => name === 'BatchExecuteStatementCommand')).toHaveLength(1);
  expect(await table.getMany(notes, [noteOf(0), noteOf(2)])).toMatchObject([{ count: 5 }, { text: 'first', count: 3 }]);
});

test('sends one update as an update, and none as no request', async () => {
  const { table, requests } = await emptyTable();
  await table.write(create(notes, noteOf(0)));
  requests.length = 0;

  expect(await table.updateMany([])).toEqual([]);
  expect(await table.updateMany([counting(0, 0, 'n')])).toEqual([true]);
  expect(requests).toEqual(['UpdateItemCommand']);
});
