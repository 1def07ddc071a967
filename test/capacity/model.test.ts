import { expect, test } from 'vitest';
import { type CapacityOptions, openCapacity, type Use } from '../support/capacity/capacity.ts';
import { usesOf } from '../support/capacity/units.ts';

/** Scaled down to save time. */
const SCALE = 20;

/** The documented behavior of on-demand tables, so that the model includes it. Its clock is manual. */
const model = (options: CapacityOptions = {}) => {
  let time = 0;
  const capacity = openCapacity({ scale: SCALE, ...options, now: () => time });
  return {
    capacity,
    pass: (seconds: number) => {
      time += seconds * 1_000;
    },
    /** Writes this many units for this many seconds, to keys from `pkOf`; returns the accepted units per second. */
    write: (perSecond: number, seconds: number, pkOf = (i: number) => `key ${i}`, resource = 'table') => {
      let taken = 0;
      for (let step = 0; step < seconds * 10; step++) {
        time += 100;
        for (let i = 0; i < perSecond / 10; i++)
          if (!capacity.take([{ resource, pk: pkOf(step * 100_000 + i), unit: 'write', units: 1 }])) taken += 1;
      }
      return taken / seconds;
    },
  };
};

test('a new table takes 4,000 writes a second, a partition a quarter of them', () => {
  const rate = 4_000 / SCALE;
  expect(model().write(2 * rate, 20)).toBeGreaterThan(0.97 * rate);
  expect(model().write(2 * rate, 20)).toBeLessThan(1.07 * rate);
  expect(model().write(2 * rate, 20, () => 'one key')).toBeLessThan(0.27 * rate);
  expect(model({ scale: 1 }).write(500, 1, () => 'one key')).toBe(500);
});

test('an index without capacity throttles the write', () => {
  const { capacity, write } = model();
  write(200, 5, () => 'hot', 'gsi1');
  const uses: Use[] = [
    { resource: 'table', pk: 'cold', unit: 'write', units: 1 },
    { resource: 'gsi1', pk: 'hot', unit: 'write', units: 1 },
  ];
  expect(capacity.take(uses)).toBe('partition');
  expect(capacity.take(uses.slice(0, 1))).toBeUndefined();
});

test('a hot partition is split gradually, but not the items of one key', () => {
  const many = model({ splitSeconds: 10 });
  many.write(400, 30);
  expect(many.capacity.told().partitions.table).toBeGreaterThan(4);

  const one = model({ splitSeconds: 10 });
  one.write(400, 30, () => 'one key');
  expect(one.capacity.told().partitions.table).toBe(4);
});

test('a table keeps unused capacity for at most five minutes', () => {
  const { write, pass, capacity } = model({ splitSeconds: 1 });
  write(150, 10);
  pass(10_000);
  expect(capacity.told().partitions.table).toBeGreaterThan(4);
  // More partitions than the table's own rate needs.
  expect(write(400, 10)).toBeGreaterThan(250);
});

test('twice a peak is accepted half an hour later, and not before', () => {
  const { write, capacity } = model({ growthSeconds: 30, splitSeconds: 1e9 });
  expect(write(600, 25)).toBeLessThan(215);
  write(600, 15);
  expect(capacity.told().writeRates.table).toBeGreaterThan(375);
  expect(write(600, 10)).toBeGreaterThan(350);
});

const item = { pk: { S: 'A#a#P#1' }, sk: { S: 'PROFILE' }, gsi1pk: { S: 'A#a#L#3' }, gsi1sk: { S: '1' } };

test.each([
  [
    'a put',
    'PutItem',
    { Item: item },
    [
      ['table', 1],
      ['gsi1', 1],
    ],
  ],
  [
    'two kilobytes',
    'PutItem',
    { Item: { ...item, text: { S: 'x'.repeat(1_500) } } },
    [
      ['table', 2],
      ['gsi1', 1],
    ],
  ],
  [
    'a put in a transaction',
    'TransactWriteItems',
    { TransactItems: [{ Put: { Item: item } }] },
    [
      ['table', 2],
      ['gsi1', 1],
    ],
  ],
  [
    'a check in a transaction',
    'TransactWriteItems',
    { TransactItems: [{ ConditionCheck: { Key: item } }] },
    [['table', 2]],
  ],
  [
    'an update of an index key',
    'UpdateItem',
    {
      Key: { pk: item.pk, sk: item.sk },
      UpdateExpression: 'SET #gsi1pk = :v0, #x = :v1',
      ExpressionAttributeNames: { '#gsi1pk': 'gsi1pk', '#x': 'x' },
      ExpressionAttributeValues: { ':v0': { S: 'A#a#L#4' }, ':v1': { S: 'y' } },
    },
    [
      ['table', 1],
      ['gsi1', 2],
    ],
  ],
  [
    'an inserting statement',
    'BatchExecuteStatement',
    {
      Statements: [
        {
          Statement: `INSERT INTO "t" VALUE {'pk':?,'sk':?,'gsi2pk':?}`,
          Parameters: [{ S: 'A#a#P#1' }, { S: 'PROFILE' }, { S: 'A#a#U#1' }],
        },
      ],
    },
    [
      ['table', 1],
      ['gsi2', 1],
    ],
  ],
  [
    'an updating statement',
    'BatchExecuteStatement',
    {
      Statements: [
        {
          Statement: 'UPDATE "t" SET "x"=? REMOVE "y" WHERE "pk"=? AND "sk"=? AND "rev"=?',
          Parameters: [{ S: 'y' }, { S: 'A#a#P#1' }, { S: 'PROFILE' }, { N: '1' }],
        },
      ],
    },
    [['table', 1]],
  ],
  ['a strong read', 'GetItem', { Key: item, ConsistentRead: true }, [['table', 1]]],
  ['a read', 'GetItem', { Key: item }, [['table', 0.5]]],
] as const)('%s takes %j', (_, operation, asked, expected) => {
  const uses = usesOf(operation, asked).flat();
  expect(uses.map(({ resource, units }) => [resource, units])).toEqual(expected);
  expect(uses[0]?.pk).toBe('A#a#P#1');
});
