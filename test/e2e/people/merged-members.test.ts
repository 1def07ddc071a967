import { expect, test } from 'vitest';
import { call, makeList } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';

test('counts two merged members of a list once, until the merge is undone', async () => {
  const list = await makeList();
  const ids: string[] = [];
  for (let i = 0; i < 2; i++) {
    const data = { type: 'profile', attributes: { email: somebody() } };
    ids.push((await call('POST', '/api/profiles', { body: { data } })).body.data.id);
  }
  const [into = '', from = ''] = ids;
  const person = (id: string) => ({ type: 'profile', id });
  const members = `/api/lists/${list}/relationships/profiles`;
  expect((await call('POST', members, { body: { data: ids.map(person) } })).status).toBe(204);
  const counted = async () => {
    const { body } = await call('GET', `/api/lists/${list}?additional-fields[list]=profile_count`);
    return body.data.attributes.profile_count;
  };
  expect(await counted()).toBe(2);

  const relationships = { profiles: { data: [person(from)] } };
  const merge = { type: 'profile-merge', id: into, relationships };
  expect((await call('POST', '/api/profile-merge', { body: { data: merge } })).status).toBe(201);
  expect(await counted()).toBe(1);

  const [{ id }] = (await call('GET', `/api/profiles/${into}/merges`)).body.data;
  expect((await call('POST', `/api/profile-merges/${id}/undo`)).status).toBe(200);
  expect(await counted()).toBe(2);
});
