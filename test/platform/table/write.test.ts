import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../functions/platform/table/expression.ts';
import { check, create, put, remove, update } from '../../../functions/platform/table/write.ts';
import { emptyTable, notes } from './open.ts';

const id = { shard: 's', id: '1' };
const note = { ...id, text: 'm', count: 5 };

describe('a condition', () => {
  test.each<[Condition, boolean]>([
    ['present', true],
    ['absent', false],
    [{ attribute: 'text', is: '=', value: 'm' }, true],
    [{ attribute: 'text', is: '<>', value: 'm' }, false],
    [{ attribute: 'text', is: '<', value: 'n' }, true],
    [{ attribute: 'text', is: '>', value: 'n' }, false],
    [{ attribute: 'count', is: '>=', value: 5 }, true],
    [{ attribute: 'count', is: '<=', value: 4 }, false],
    [{ attribute: 'at', is: 'missing' }, true],
    [{ attribute: 'at', is: 'set' }, false],
    [{ attribute: 'at', is: '=', value: 'x' }, false],
    [{ all: ['present', { attribute: 'count', is: '=', value: 5 }] }, true],
    [{ all: ['present', { attribute: 'count', is: '=', value: 6 }] }, false],
    [{ any: ['absent', { any: [{ attribute: 'count', is: '=', value: 5 }] }] }, true],
    [{ any: [{ attribute: 'at', is: 'set' }, { all: ['absent', { attribute: 'count', is: '=', value: 5 }] }] }, false],
  ])('%j is %j', async (condition, holds) => {
    const { table } = await emptyTable();
    await table.write(create(notes, note));

    const checked = await table.transact([check(notes, id, condition), put(notes, { shard: 's', id: '2' })]);
    const written = await table.write(update(notes, id, { set: { text: 'changed' }, condition }));

    expect(checked.done).toBe(holds);

    expect(written.done).toBe(holds);
    if (!written.done) expect(written.existing).toMatchObject(note);
    expect((await table.get(notes, id))?.text).toBe(holds ? 'changed' : 'm');
  });
});

test('a create fails on an existing item, and returns it', async () => {
  const { table } = await emptyTable();
  expect(await table.write(create(notes, note))).toEqual({ done: true });
  const again = await table.write(create(notes, { ...note, text: 'other' }));
  expect(again).toMatchObject({ done: false, existing: note });
});

test('an update sets, removes and adds, and keeps the rest', async () => {
  const { table } = await emptyTable();
  await table.write(create(notes, { ...note, at: '1', data: { a: 1 } }));

  await table.write(
    update(notes, id, { set: { data: { big: 2 ** 70, no: null } }, remove: ['text'], add: { count: 2 } }),
  );

  expect(await table.get(notes, id)).toEqual({ ...id, count: 7, at: '1', data: { big: 2 ** 70, no: null } });
});

test('an update changes no missing item, unless it may create it', async () => {
  const { table } = await emptyTable();
  expect(await table.write(update(notes, id, { set: { text: 'x' } }))).toEqual({ done: false });
  await table.write(update(notes, id, { upsert: true, set: { ...id, text: 'x' }, add: { count: 1 } }));
  expect(await table.get(notes, id)).toEqual({ ...id, text: 'x', count: 1 });
  expect(await table.increment(update(notes, id, { upsert: true, add: { count: 3 } }), 'count')).toBe(4);
});

test('an update that creates an item sets its type, as a put does', async () => {
  const { table } = await emptyTable();
  const other = { shard: 's', id: '2' };
  await table.write(update(notes, id, { upsert: true, set: id, add: { count: 1 } }));
  await table.increment(update(notes, other, { upsert: true, add: { count: 1 } }), 'count');

  const items = await table.getItems([notes.key(id), notes.key(other)]);
  expect(items.map((item) => item?.type)).toEqual(['note', 'note']);
});

test('an update with the whole value moves an item within its index', async () => {
  const { table } = await emptyTable();
  const value = { ...note, at: '2' };
  await table.write(create(notes, { ...note, at: '1' }));

  await table.write(update(notes, id, { value, set: { at: '2' } }));

  const listed = await table.query({ index: 'gsi1', pk: 'A#a#BY#s', limit: 5 });
  expect(listed.map(({ gsi1sk }) => gsi1sk)).toEqual(['2#1']);
});

test('a remove has a condition', async () => {
  const { table } = await emptyTable();
  await table.write(create(notes, note));
  const kept = await table.write(remove(notes, id, { attribute: 'count', is: '=', value: 6 }));
  expect(kept).toMatchObject({ done: false, existing: note });
  expect(await table.write(remove(notes, id))).toEqual({ done: true });
  expect(await table.get(notes, id)).toBeUndefined();
});

describe('a transaction', () => {
  test('writes all or nothing, and returns the failed conditions with their items', async () => {
    const { table } = await emptyTable();
    await table.write(create(notes, note));

    const refused = await table.transact([
      put(notes, { shard: 's', id: '2' }),
      create(notes, { ...note, text: 'other' }),
      update(notes, { shard: 's', id: '9' }, { set: { text: 'x' } }),
      remove(notes, { shard: 't', id: '1' }, 'absent'),
    ]);

    expect(refused).toEqual({
      done: false,
      failures: [undefined, { existing: expect.objectContaining(note) }, {}, undefined],
    });
    expect(await table.get(notes, { shard: 's', id: '2' })).toBeUndefined();
  });

  test('is retried on conflicts until all succeed', async () => {
    const { table } = await emptyTable();
    await table.write(create(notes, { ...id, count: 0 }));

    const done = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        table.transact([update(notes, id, { add: { count: 1 } }), put(notes, { shard: 'x', id: `${i}` })]),
      ),
    );

    expect(done.every((one) => one.done)).toBe(true);
    expect((await table.get(notes, id))?.count).toBe(8);
  });
});
