import { expect, test } from 'vitest';
import { bodyLimits } from '../../../../functions/platform/http/body/limits.ts';
import { checkNesting, MAX_CONTAINERS } from '../../../../functions/platform/http/body/nesting.ts';

const { unpacked } = bodyLimits({});
const listOf = (count: number, element: string): string => `[${Array(count).fill(element).join(',')}]`;

test('reads the maximum depth of arrays and objects, and refuses one more with what to do', () => {
  expect(() => checkNesting(listOf(MAX_CONTAINERS - 1, '{}'))).not.toThrow();
  expect(() => checkNesting(listOf(MAX_CONTAINERS, '[]'))).toThrow(
    `The body has ${MAX_CONTAINERS + 1} arrays and objects; at most ${MAX_CONTAINERS} are allowed.`,
  );
});

test.each(['{"a":1}', '{"id":1}', '{"sku":"A","qty":2}', '[13.4,52.5]'])('reads a body full of %s', (element) => {
  const body = listOf(Math.floor((unpacked - 2) / (element.length + 1)), element);
  expect(Buffer.byteLength(body)).toBeGreaterThan(unpacked - 50);
  expect(() => checkNesting(body)).not.toThrow();
});

test.each([
  ['brackets in a text', '['],
  ['brackets behind an escaped quote', '\\"['],
  ['brackets behind a backslash', '\\\\[{'],
])('%s do not count', (_, text) => {
  const body = `["${text.repeat(MAX_CONTAINERS + 1)}"]`;
  expect(JSON.parse(body)).toHaveLength(1);
  expect(() => checkNesting(body)).not.toThrow();
});
