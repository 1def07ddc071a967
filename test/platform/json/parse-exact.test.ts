import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExact } from '../../../functions/platform/json/parse-exact.ts';

const again = (text: string): string => JSON.stringify(parseExact(text));

test.each([
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890123456789012345678901234567890',
  '100000000000000000000000',
  '0.12345678901234567890',
  '123456789012345.678901',
  '[1,12345678901234567890,{"a":[9007199254740993]}]',
  '{"a":{"__proto__":9007199254740993}}',
  '{"9007199254740993":9007199254740993,"b":"9007199254740993"}',
  '{"quote":"\\"9007199254740993\\\\","n":9007199254740993}',
  '4.9406564584124654e-330',
])('%s is returned as sent', (text) => {
  const unpadded = text.replace('0.12345678901234567890', '0.1234567890123456789');
  expect(again(text)).toBe(unpadded);
});

test.each([
  ['1e-400', '1e-400'],
  ['9007199254740993.0', '9007199254740993'],
  ['9.007199254740993e15', '9007199254740993'],
  ['9007199254740993E+0', '9007199254740993'],
  ['123456789012345678e-20', '0.00123456789012345678'],
  ['-1234567890123456789e-30', '-1.234567890123456789e-12'],
])('%s is the same number as %s', (text, same) => {
  expect(again(text)).toBe(same);
});

test.each(['1.10', '0.1000000000000000', '1.000000000000000000', '-0.00000000000000000', '9007199254740992', '1e22'])(
  '%s is an ordinary number',
  (text) => {
    expect(parseExact(text)).toBe(Number(text));
  },
);

test.each([
  '{9007199254740993:1}',
  '{9007199254740993 :1}',
  '[9007199254740993',
  '[09007199254740993]',
  '[9007199254740993.]',
  '[+9007199254740993]',
  '"9007199254740993',
  '[9007199254740993 9007199254740993]',
  'x9007199254740993',
  '9007199254740993"a"',
])('%s is refused as by JSON.parse', (text) => {
  const messageOf = (read: () => unknown): string => {
    try {
      return `read: ${read()}`;
    } catch (error) {
      return String(error);
    }
  };
  const expected = messageOf(() => JSON.parse(text));
  expect(messageOf(() => parseExact(text))).toBe(expected);
  expect(expected).toContain('SyntaxError');
});

test('JSON nested a million times is parsed', () => {
  const depth = 1_000_000;
  const value = parseExact(`${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`);
  expect(Array.isArray(value)).toBe(true);
});

test('JSON is parsed as by JSON.parse, except for digits that it would lose', () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,20})?$/);
  fc.assert(
    fc.property(fc.json(), digits, fc.string(), (json, number, text) => {
      const body = `{"json":${json},"number":${number},"text":${JSON.stringify(text)},"more":[${number},${json}]}`;
      const whole = again(body);
      expect(JSON.parse(whole)).toEqual(JSON.parse(JSON.stringify(JSON.parse(body))));
      const [written = ''] = /(?<="number":)[^,]+/.exec(whole) ?? [];
      const scaled = (source: string) => {
        const [plain = '', power = '0'] = source.split(/e/i);
        const [whole = '', fraction = ''] = plain.split('.');
        const places = 400 + Number(power) - fraction.length;
        return BigInt(whole + fraction) * 10n ** BigInt(places);
      };
      expect(scaled(written)).toBe(scaled(number));
    }),
    { numRuns: 500 },
  );
});
