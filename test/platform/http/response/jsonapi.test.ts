import { expect, test } from 'vitest';
import {
  collectionDocument,
  resource,
  resourceDocument,
} from '../../../../functions/platform/http/response/jsonapi.ts';

const origin = 'https://api.test';
const made = (fields?: Record<string, readonly string[]>) =>
  resource(
    {
      type: 'profile',
      id: 'a/b',
      path: '/api/profiles',
      attributes: { email: 'a@b.c', location: { city: 'Ulm', zip: '1', deep: { x: 1, y: 2 } }, list: [1] },
      relationships: { lists: undefined, owner: { type: 'user', id: '1' } },
    },
    { origin },
    fields,
  );

test('makes links absolute, with percent-encoded ids', () => {
  expect(made()).toMatchObject({
    links: { self: 'https://api.test/api/profiles/a%2Fb/' },
    relationships: {
      lists: {
        links: {
          self: 'https://api.test/api/profiles/a%2Fb/relationships/lists/',
          related: 'https://api.test/api/profiles/a%2Fb/lists/',
        },
      },
      owner: { data: { type: 'user', id: '1' } },
    },
  });
});

test.each([
  [undefined, ['email', 'location', 'list']],
  [[], []],
  [['email'], ['email']],
  [['email', 'nothing', 'constructor', '__proto__'], ['email']],
])('fields %s leave %s', (names, kept) => {
  expect(Object.keys(made(names && { profile: names }).attributes)).toEqual(kept);
});

test('selects within an attribute by a field with dots', () => {
  expect(made({ profile: ['location.city', 'location.deep.x', 'email.x'] }).attributes).toEqual({
    location: { city: 'Ulm', deep: { x: 1 } },
    email: 'a@b.c',
  });
});

test('leaves a resource complete when fields name another type', () => {
  expect(made({ list: ['name'] }).attributes).toHaveProperty('email');
});

test('links a page to its neighbors, with the rest of the query', () => {
  const url = '/api/profiles?filter=equals(email,%22a%22)&page[cursor]=old&page[size]=2';
  const page = collectionDocument({ items: [made()], next: 'n=1' }, { origin, url, account: 'A' }, [made(), made()]);

  expect(page).toMatchObject({ included: [{ id: 'a/b' }], links: { prev: null } });
  const { links } = page as { links: { self: string; next: string } };
  expect(new URL(links.next).searchParams.get('page[cursor]')).toMatch(/^[\w-]{8}\.n=1$/);
  expect(new URL(links.next).searchParams.get('filter')).toBe('equals(email,"a")');
  expect(new URL(links.self).searchParams.get('page[cursor]')).toBe('old');
});

test('includes a resource once if it is related twice', () => {
  expect(resourceDocument(made(), [made(), made()])).toMatchObject({ included: [{ id: 'a/b' }] });
  expect(resourceDocument(made())).not.toHaveProperty('included');
});
