import { expect, test } from 'vitest';
import { type Evaluation, ExpressionError, evaluate } from '../../../functions/platform/sandbox/evaluate.ts';

const resultOf = async (expression: string, more: Omit<Evaluation, 'expression'> = {}): Promise<unknown> =>
  JSON.parse(await evaluate({ expression, input: '{"a":[1,2,3]}', ...more }));

test('evaluates expressions on JSON, with variables, and keeps all digits of ids', async () => {
  expect(await resultOf('$sum(a)')).toBe(6);
  expect(await resultOf('$topic & "!"', { bindings: { topic: 'order' } })).toBe('order!');
  expect(await resultOf('id', { input: '{"id":820982911946154508}' })).toBe('820982911946154508');
  expect(await resultOf('nothing')).toBe(null);
});

/** Each would hang or exhaust the process that it runs in. */
const hostile = {
  'an endless recursion': '($f := function($n) { $f($n) }; $f(0))',
  'a recursion that grows': '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
  'a long list': '[1..9999999]',
  'a text of 100 MB': '$length($pad("a", 100000000))',
  'a pattern that goes back and forth': '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)',
  'much memory':
    '($f := function($a, $n) { $n = 0 ? $count($a) : $f($append($a, $map([1..50000], function($v) { $string($v) })), $n - 1) }; $f([], 100))',
};

test.each(Object.entries(hostile))('stops %s, and evaluates the next expression', async (_, expression) => {
  const started = Date.now();
  await expect(resultOf(expression)).rejects.toThrow(ExpressionError);
  expect(Date.now() - started).toBeLessThan(15_000);
  expect(await resultOf('$sum(a)')).toBe(6);
});

test('expressions at once do not disturb each other', async () => {
  const results = await Promise.allSettled([resultOf('a[0]'), resultOf(hostile['a text of 100 MB']), resultOf('a[1]')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await resultOf('a[2]')).toBe(3);
});

test('a wrong expression says where', async () => {
  await expect(evaluate({ expression: 'a.(' })).rejects.toThrow(/position/);
  expect(await evaluate({ expression: 'a.b' })).toBe('null');
});

test('an expression reaches nothing of the machine', async () => {
  for (const name of ['process', 'require', 'globalThis', '$eval("process")', '$.constructor', 'a.constructor'])
    expect([name, await resultOf(name)]).toEqual([name, null]);
});
