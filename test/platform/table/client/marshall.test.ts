import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openMarshaller } from '../../../../functions/platform/table/client/marshall.ts';
import { unmarshall } from '../../../../functions/platform/table/client/unmarshall.ts';

const options = { removeUndefinedValues: true };
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 4_000 }));
/** The SDK treats this name as the prototype, and loses its value. */
const name = text.filter((one) => one !== '__proto__');
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -9e15, max: 9e15 }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, fc.option(tie('value'), { nil: undefined }), { maxKeys: 4 }),
  ),
})).value;
const item = fc.dictionary(name, fc.option(value, { nil: undefined }));

test('values are marshalled as by the SDK, and unmarshalled unchanged', () => {
  const bodyOf = openMarshaller();
  fc.assert(
    fc.property(fc.array(item, { maxLength: 5 }), (items) => {
      const puts = items.map((Item) => ({ Put: { TableName: 'Ä"\\', Item, ExpressionAttributeValues: Item } }));
      const sent = JSON.parse(
        bodyOf({ TransactItems: puts, Limit: 5, ConsistentRead: true, Gone: undefined }).toString(),
      );

      const expected = items.map((one) => marshall(one, options));
      const attributes = (Item: (typeof expected)[number]) => ({ Item, ExpressionAttributeValues: Item });
      expect(sent).toEqual({
        TransactItems: expected.map((one) => ({ Put: { TableName: 'Ä"\\', ...attributes(one) } })),
        Limit: 5,
        ConsistentRead: true,
      });
      expect(expected.map(unmarshall)).toEqual(
        items.map((one) => JSON.parse(JSON.stringify(one), (_, read) => (Object.is(read, -0) ? 0 : read))),
      );
    }),
    { numRuns: 500 },
  );
});

test('no name is treated as the prototype', () => {
  const sent = openMarshaller()({ Item: JSON.parse('{"__proto__":{"__proto__":1}}') }).toString();
  expect(sent).toBe('{"Item":{"__proto__":{"M":{"__proto__":{"N":"1"}}}}}');
});

test('a table may have the name of a request member', () => {
  const request = { RequestItems: { Item: { Keys: [{ pk: 'a' }] } } };
  expect(JSON.parse(openMarshaller()(request).toString())).toEqual({
    RequestItems: { Item: { Keys: [{ pk: { S: 'a' } }] } },
  });
});

test('parameters of a statement are a list of values', () => {
  const request = { Statements: [{ Statement: "INSERT …'é'", Parameters: ['a', 1, undefined, null] }] };
  const Parameters = [{ S: 'a' }, { N: '1' }, { NULL: true }];
  expect(JSON.parse(openMarshaller()(request).toString())).toEqual({
    Statements: [{ Statement: "INSERT …'é'", Parameters }],
  });
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 60], [10n], [Symbol('a')]])(
  'a value that the table cannot hold exactly, such as %s, is refused before sending',
  (wrong) => {
    expect(() => openMarshaller()({ Item: { wrong } })).toThrow(/hold/);
  },
);

test('a body does not change when others are marshalled', () => {
  const bodyOf = openMarshaller();
  const first = bodyOf({ Item: { a: 'first' } });
  bodyOf({ Item: { a: 'x'.repeat(10_000_000) } });
  bodyOf({ Item: { a: 'second' } });
  expect(first.toString()).toBe('{"Item":{"a":{"S":"first"}}}');
});
