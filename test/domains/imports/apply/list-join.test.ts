import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const people = 'Email,First Name\nada@example.com,Ada\nbob@example.com,Bob\nnobody,Eve\nada@example.com,Ada\n';

const start = async (mapping: object, kind = 'profiles') => {
  const app = await startImports();
  await app.put(`${kind}/file.mapping.json`, JSON.stringify(mapping));
  const members = async (list: string): Promise<string[]> => {
    const { body } = await app.get(`/api/lists/${encodeURIComponent(list)}/profiles`);
    return body.data.map(({ attributes }: { attributes: { email: string } }) => attributes.email).sort();
  };
  return { ...app, members };
};

test('the people of a file join the list of its mapping, which is not consent', async () => {
  const app = await start({ list: 'newsletter' });

  const { attributes } = await app.drop('profiles/file.csv', people);

  expect(attributes).toMatchObject({ created_count: 2, unchanged_count: 1, failed_count: 1, list_id: 'newsletter' });
  expect(await app.members('newsletter')).toEqual(['ada@example.com', 'bob@example.com']);
  const { subscriptions } = (await app.profile('ada@example.com')).attributes;
  expect(subscriptions.email.marketing.consent).toBe('NEVER_SUBSCRIBED');

  app.at('2026-03-01T00:00:00Z');
  const again = await app.drop('profiles/file.csv', `${people}\n`);
  expect(again.attributes).toMatchObject({ unchanged_count: 3, updated_count: 0, failed_count: 1 });
});

test('an existing person who joins the list counts as updated, once', async () => {
  const app = await start({ list: 'newsletter' });
  await app.drop('profiles/other.csv', people);

  expect((await app.drop('profiles/file.csv', people)).attributes).toMatchObject({
    updated_count: 2,
    unchanged_count: 1,
    failed_count: 1,
  });
});

test('a list is found by its name; if two have that name, the import fails', async () => {
  const app = await start({ list: 'Friends' });
  const make = async () =>
    (await app.post('/api/lists', { data: { type: 'list', attributes: { name: 'Friends' } } })).body;
  const { data } = await make();
  expect((await app.drop('profiles/file.csv', people)).attributes).toMatchObject({
    created_count: 2,
    list_id: data.id,
  });
  expect(await app.members(data.id)).toHaveLength(2);

  const { data: second } = await make();
  app.at('2026-03-01T00:00:00Z');
  const { attributes } = await app.drop('profiles/file.csv', people);
  expect(attributes).toMatchObject({ status: 'failed', error: expect.stringContaining(second.id), total_count: 0 });
});

test('the people of an events file join too', async () => {
  const app = await start({ list: 'buyers' }, 'events');
  await app.drop('events/file.csv', 'Email,Timestamp\nada@example.com,2025-06-01\nnobody,2025-06-01\n');
  expect(await app.members('buyers')).toEqual(['ada@example.com']);
});

test('rows for a list that is being deleted fail with that reason, and can be sent again', async () => {
  const app = await start({ list: 'old' });
  await app.drop('profiles/file.csv', 'Email\neve@example.com\n');
  expect((await app.send('DELETE', '/api/lists/old')).status).toBe(204);
  // The deletion has removed no members yet.
  await app.receive();
  app.at('2026-03-01T00:00:00Z');

  const { attributes } = await app.drop('profiles/file.csv', people);

  expect(attributes).toMatchObject({ status: 'complete', failed_count: 4 });
  expect(await app.report('profiles/file.errors.csv')).toMatch(/conflict,The list old is being deleted/);
});
