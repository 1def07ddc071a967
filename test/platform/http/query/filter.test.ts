import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../../functions/platform/errors.ts';
import { parseFilter } from '../../../../functions/platform/http/query/filter.ts';

const time = (text: string) => new Date(text);

describe('parses a filter', () => {
  test.each([
    ['equals(email,"a@b.c")', [['equals', 'email', ['a@b.c']]]],
    ["equals(email,'a@b.c')", [['equals', 'email', ['a@b.c']]]],
    ['equals(name,"O\'Neil")', [['equals', 'name', ["O'Neil"]]]],
    ["equals(name,'O\\'Neil')", [['equals', 'name', ["O'Neil"]]]],
    ['equals(name,"say \\"hi\\"")', [['equals', 'name', ['say "hi"']]]],
    ['equals(path,"C:\\\\dir")', [['equals', 'path', ['C:\\dir']]]],
    ['equals(name,"a,b)(c]")', [['equals', 'name', ['a,b)(c]']]]],
    ['equals(name,"two\nlines")', [['equals', 'name', ['two\nlines']]]],
    ['equals(name,"")', [['equals', 'name', ['']]]],
    [' equals( email , "a" ) ', [['equals', 'email', ['a']]]],
    ['any(id,["a","b"])', [['any', 'id', ['a', 'b']]]],
    ['any(id,"a")', [['any', 'id', ['a']]]],
    ['equals(id,["a","b"])', [['any', 'id', ['a', 'b']]]],
    ['has(email)', [['has', 'email', []]]],
    ['equals(count,-1.5)', [['equals', 'count', [-1.5]]]],
    ['equals(open,true)', [['equals', 'open', [true]]]],
    ['equals(properties[\'Favourite colour\'],"red")', [['equals', "properties['Favourite colour']", ['red']]]],
    ['equals(subscriptions.email.marketing,"x")', [['equals', 'subscriptions.email.marketing', ['x']]]],
    ['less-than(created,2026-01-02T03:04:05Z)', [['less-than', 'created', [time('2026-01-02T03:04:05Z')]]]],
    ['less-than(created,2026-01-02)', [['less-than', 'created', [time('2026-01-02T00:00:00Z')]]]],
    ['less-than(created,2026-01-02T03:04:05)', [['less-than', 'created', [time('2026-01-02T03:04:05Z')]]]],
    ['less-than(created,2026-01-02T03:04:05+02:00)', [['less-than', 'created', [time('2026-01-02T01:04:05Z')]]]],
    // A `+` in a query arrives as a space.
    ['less-than(created,2026-01-02T03:04:05 02:00)', [['less-than', 'created', [time('2026-01-02T01:04:05Z')]]]],
    ['less-than(created,2026-01-02T03:04:05.123-0130)', [['less-than', 'created', [time('2026-01-02T04:34:05.123Z')]]]],
    [
      'has(a),has(b)',
      [
        ['has', 'a', []],
        ['has', 'b', []],
      ],
    ],
    [
      'and(has(a),has(b))',
      [
        ['has', 'a', []],
        ['has', 'b', []],
      ],
    ],
    ['and(has(a),and(has(b),has(c))),has(d)', ['a', 'b', 'c', 'd'].map((field) => ['has', field, []])],
  ])('%s', (text, expected) => {
    expect(parseFilter(text).map(({ operator, field, values }) => [operator, field, values])).toEqual(expected);
  });
});

const problemOf = (text: string): string => {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof ApiError) return error.problems[0]?.detail ?? '';
    throw error;
  }
  return 'none';
};

describe('points to the invalid part', () => {
  test.each([
    ['', 1, 'an operator'],
    ['equal(email,"a")', 1, 'an operator'],
    ['not(equals(email,"a"))', 1, 'an operator'],
    ['has(a),or(has(b))', 8, 'an operator'],
    ['equals', 7, "'('"],
    ['equals(', 8, 'a name'],
    ['equals(email)', 13, "','"],
    ['equals(email,)', 14, 'a value'],
    ['equals(email,a@b.c)', 14, 'a value in quotes'],
    ['equals(email,"a)', 14, 'a value'],
    ['equals(email,"a"', 17, "')'"],
    ['equals(email,"a","b")', 17, "')'"],
    ['less-than(email,["a","b"])', 17, 'a value'],
    ['has(email,"a")', 10, "')'"],
    ['any(id,[])', 9, 'a value'],
    ['any(id,["a")', 12, "']'"],
    ['less-than(created,2026-13-45)', 19, 'an ISO 8601 time'],
    ['less-than(created,2026-02-30T00:00:00Z)', 19, 'an ISO 8601 time'],
    ['has(a) has(b)', 8, 'a comma or the end'],
    ['and(has(a)', 11, "')'"],
    ['has(a),', 8, 'an operator'],
  ])('%s', (text, character, expected) => {
    expect(problemOf(text)).toContain(`at character ${character} `);
    expect(problemOf(text)).toContain(expected);
  });

  test('survives deep nesting and long texts', () => {
    expect(parseFilter(`${'and('.repeat(500)}has(a)${')'.repeat(500)}`)).toHaveLength(1);
    expect(parseFilter(`equals(a,"${'x'.repeat(50_000)}")`)).toHaveLength(1);
  });
});
