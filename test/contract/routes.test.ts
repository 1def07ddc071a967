import { describe, expect, test } from 'vitest';
import { prefixesOf } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';

const all = allServices.flatMap(({ name: service, routes }) =>
  Object.entries(routes).map(([id, route]) => ({ service, id, route })),
);

test('no two services share a prefix, by which API Gateway picks the function', () => {
  const prefixes = allServices.flatMap((service) => prefixesOf(service));
  expect(prefixes.filter((prefix, i) => prefixes.indexOf(prefix) !== i)).toEqual([]);
});

test('no two services have the same name', () => {
  expect(new Set(allServices.map(({ name }) => name)).size).toBe(allServices.length);
});

describe.each(all)('$id', ({ route }) => {
  test('declares its callers', () => {
    expect(route.scope).toMatch(/^(open|public|[a-z]+(-[a-z]+)*:(read|write))$/);
  });

  test('is public exactly if it is below /client', () => {
    expect(route.scope === 'public').toBe(route.path.startsWith('/client/'));
  });

  test('reads by GET (or by POST, for a query too long for a URL), and needs a write scope otherwise', () => {
    const { method, scope } = route;
    const verb = method === 'GET' ? 'read' : method === 'POST' ? '(read|write)' : 'write';
    expect(scope).toMatch(new RegExp(`^(open|public)$|:${verb}$`));
  });

  test('has a path of letters, digits, hyphens and parameters, without a trailing slash', () => {
    expect(route.path).toMatch(/^(\/([a-z0-9.-]+|\{\w+\}))+$/);
  });

  test('declares the schema of its response, unless it has none', () => {
    if (route.status === 200 || route.status === 201) expect(route.result).toBeDefined();
    if (route.status === 204) expect(route.result).toBeUndefined();
  });

  test('has a summary of one line', () => {
    expect(route.summary).toMatch(/^[A-Z][^\n]{3,80}[^.\n]$/);
  });
});
