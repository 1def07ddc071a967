import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../../functions/platform/errors.ts';
import { type Reading, readSelection } from '../../../../functions/platform/http/query/selection.ts';

const reading: Reading = {
  filters: {
    email: { operators: ['equals', 'any'] },
    created: { operators: ['greater-than', 'less-than'], value: 'time' },
    count: { operators: ['equals'], value: 'number' },
    status: { operators: ['equals', 'any'], oneOf: ['open', 'done'] },
  },
  sorts: ['created', 'email'],
  include: ['lists'],
  fields: { profile: v.object({ email: v.string(), location: v.unknown() }), list: v.object({}) },
  additionalFields: { profile: ['subscriptions'] },
  page: { default: 20, max: 100 },
};

const read = (query: string, by: Reading = reading) => readSelection(by, new URLSearchParams(query));
const problemsOf = (query: string, by: Reading = reading): (string | undefined)[] => {
  try {
    read(query, by);
  } catch (error) {
    if (error instanceof ApiError) return error.problems.map(({ source }) => source?.parameter);
    throw error;
  }
  return [];
};

test('reads all parameters that a route supports', () => {
  const selection = read(
    'filter=equals(email,"a"),greater-than(created,2026-01-01)&sort=-created&include=lists&fields[profile]=email,%20location.city,subscriptions,id&additional-fields[profile]=subscriptions&page[size]=5&page[cursor]=abc&company_id=AbC123',
  );
  expect(selection).toEqual({
    filters: [
      { operator: 'equals', field: 'email', values: ['a'] },
      { operator: 'greater-than', field: 'created', values: [new Date('2026-01-01T00:00:00Z')] },
    ],
    sort: { field: 'created', descending: true },
    include: ['lists'],
    fields: { profile: ['email', 'location.city', 'subscriptions', 'id'] },
    additionalFields: ['subscriptions'],
    page: { size: 5, cursor: 'abc' },
  });
});

test('applies the defaults without parameters', () => {
  expect(read('')).toEqual({ filters: [], include: [], fields: {}, additionalFields: [], page: { size: 20 } });
  expect(read('', {})).toEqual({ filters: [], include: [], fields: {}, additionalFields: [], page: { size: 1 } });
});

test('applies both of two filters', () => {
  expect(read('filter=equals(email,"a")&filter=equals(count,1)').filters).toHaveLength(2);
});

test('accepts a whole `next` link as cursor', () => {
  const link = encodeURIComponent('https://api.test/api/profiles?page[cursor]=abc&sort=email');
  expect(read(`page[cursor]=${link}`).page.cursor).toBe('abc');
});

describe('names unsupported parameters', () => {
  test.each([
    ['filter=equals(name,"a")', ['filter']],
    ['filter=equals(constructor,"a")', ['filter']],
    ['filter=less-than(email,"a")', ['filter']],
    ['filter=equals(email,1)', ['filter']],
    ['filter=less-than(created,"2026-01-01")', ['filter']],
    ['filter=equals(', ['filter']],
    ['sort=name', ['sort']],
    ['sort=created,email', ['sort']],
    ['include=segments', ['include']],
    ['fields[event]=x', ['fields[event]']],
    ['fields[profile]=email,name', ['fields[profile]']],
    ['fields[profile]=emails.first', ['fields[profile]']],
    ['fields[list]=toString', ['fields[list]']],
    ['filter=any(status,["open","closed"])', ['filter']],
    ['page[size]=1e1', ['page[size]']],
    ['additional-fields[profile]=x', ['additional-fields[profile]']],
    ['additional-fields[toString]=x', ['additional-fields[toString]']],
    ['page[number]=2', ['page[number]']],
    ['page[size]=0', ['page[size]']],
    ['page[size]=101', ['page[size]']],
    ['page[size]=ten', ['page[size]']],
    ['page[size]=', ['page[size]']],
    ['filter=nonsense&sort=name&page[size]=0', ['filter', 'sort', 'page[size]']],
  ])('%s', (query, parameters) => {
    expect(problemsOf(query)).toEqual(parameters);
  });

  test('refuses the whole grammar on a route without a reading, and ignores other parameters', () => {
    expect(problemsOf('filter=a&sort=b&include=c&fields[d]=e&page[size]=1&utm_source=x', {})).toEqual([
      'filter',
      'sort',
      'include',
      'fields[d]',
      'page[size]',
    ]);
  });
});
