import { describe, expect, test } from 'vitest';
import { prefixesOf } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';

const all = allServices.flatMap(({ name: service, routes }) =>
  Object.entries(routes).map(([id, route]) => ({ service, id, route })),
);

test('no two services share a prefix, since API Gateway picks the function by it', () => {
  const prefixes = allServices.flatMap((service) => prefixesOf(service));
  expect(prefixes.filter((prefix, i) => prefixes.indexOf(prefix) !== i)).toEqual([]);
});

test('no two services have the same name', () => {
  expect(new Set(allServices.map(({ name }) => name)).size).toBe(allServices.length);
});

describe.each(all)('$id', ({ route }) => {
  test('says who may call it', () => {
    expect(route.scope).toMatch(/^(open|public|[a-z]+(-[a-z]+)*:(read|write))$/);
  });

  test('is public exactly where it is below /client', () => {
    expect(route.scope === 'public').toBe(route.path.startsWith('/client/'));
  });

  test('reads by GET (or by POST, for a question too long for a query), and needs a scope to write for the rest', () => {
    const { method, scope } = route;
    const verb = method === 'GET' ? 'read' : method === 'POST' ? '(read|write)' : 'write';
    expect(scope).toMatch(new RegExp(`^(open|public)$|:${verb}$`));
  });

  test('has a path without a slash at the end, of letters, digits, hyphens and parameters', () => {
    expect(route.path).toMatch(/^(\/([a-z0-9.-]+|\{\w+\}))+$/);
  });

  test('declares the shape of its answer, unless it has none', () => {
    if (route.status === 200 || route.status === 201) expect(route.result).toBeDefined();
    if (route.status === 204) expect(route.result).toBeUndefined();
  });

  test('has a summary of one line', () => {
    expect(route.summary).toMatch(/^[A-Z][^\n]{3,80}[^.\n]$/);
  });
});
