import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../functions/platform/errors.ts';
import { createMatcher } from '../../../functions/platform/http/match.ts';

const routes = [
  { method: 'GET', path: '/api/things/{id}' },
  { method: 'GET', path: '/api/things/{id}/parts' },
  { method: 'GET', path: '/api/things/newest' },
  { method: 'GET', path: '/api/{kind}/first/parts' },
  { method: 'PATCH', path: '/api/things/{id}' },
  { method: 'POST', path: '/api/things' },
] as const;
const { find } = createMatcher(routes);

describe('finds the route of a path', () => {
  test.each([
    ['GET', '/api/things/1', '/api/things/{id}', { id: '1' }],
    ['GET', '/api/things/1/', '/api/things/{id}', { id: '1' }],
    ['GET', '/api/things/newest', '/api/things/newest', {}],
    ['PATCH', '/api/things/newest', '/api/things/{id}', { id: 'newest' }],
    ['GET', '/api/things/first/parts', '/api/things/{id}/parts', { id: 'first' }],
    ['GET', '/api/others/first/parts', '/api/{kind}/first/parts', { kind: 'others' }],
    ['GET', '/api/things/a%2Fb%20c', '/api/things/{id}', { id: 'a/b c' }],
    ['GET', '/api/things/100%', '/api/things/{id}', { id: '100%' }],
    ['POST', '/api/things/', '/api/things', {}],
  ])('%s %s', (method, path, expected, params) => {
    expect(find(method, path)).toMatchObject({ route: { path: expected }, params });
  });
});

const errorOf = (method: string, path: string) => {
  try {
    find(method, path);
  } catch (error) {
    return error instanceof ApiError ? error : undefined;
  }
  return undefined;
};

test.each(['/api/nothing', '/api/things/1/2/3', '/api/things//', '/api/things//parts', '/api', '/', ''])(
  '%s is not found',
  (path) => {
    expect(errorOf('GET', path)?.code).toBe('not_found');
  },
);

test('names the other methods of a path', () => {
  expect(errorOf('DELETE', '/api/things/1')).toMatchObject({
    code: 'method_not_allowed',
    headers: { Allow: 'GET, PATCH, HEAD' },
  });
});
