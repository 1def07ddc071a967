import { expect, test } from 'vitest';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { profile } from '../people.ts';

const start = async () => {
  const app = await startApp(profiles);
  const made = async (attributes: object): Promise<string> =>
    (await app.post('/api/profiles', profile(attributes))).body.data.id;
  const merge = async (destination: string, source: string) => {
    const relationships = { profiles: { data: [{ type: 'profile', id: source }] } };
    const { status } = await app.post('/api/profile-merge', {
      data: { type: 'profile-merge', id: destination, relationships },
    });
    expect(status).toBe(201);
  };
  const undo = async (id: string) => {
    const { body } = await app.get(`/api/profiles/${id}/merges`);
    return app.post(`/api/profile-merges/${body.data[0].id}/undo`, undefined);
  };
  const patch = (id: string, attributes: object) => app.patch(`/api/profiles/${id}`, profile(attributes, { id }));
  const attributesOf = async (id: string) => (await app.get(`/api/profiles/${id}`)).body.data.attributes;
  /** Runs a callback between the response of the first such request and its processing. */
  const between = (name: string, meanwhile: () => Promise<unknown>) => {
    const stop = app.watch(async ({ command }, next) => {
      const answer = await next();
      if (command === name) {
        stop();
        await meanwhile();
      }
      return answer;
    });
  };
  return { app, made, merge, undo, patch, attributesOf, between };
};

test('retries an undo that meets the clearing of an identifier', async () => {
  const { app, made, merge, patch, attributesOf, between } = await start();
  const [a, b] = [await made({ external_id: 'a' }), await made({ email: 'b@example.com' })];
  await merge(a, b);
  const { body } = await app.get(`/api/profiles/${a}/merges`);
  between('BatchGetItemCommand', async () => expect((await patch(a, { email: null })).status).toBe(200));

  expect((await app.post(`/api/profile-merges/${body.data[0].id}/undo`, undefined)).status).toBe(200);
  expect((await attributesOf(b)).email).toBe('b@example.com');
  expect(await attributesOf(a)).toMatchObject({ external_id: 'a', email: null });
});

test('applies an upsert that meets an undo to the present owner of the identifier', async () => {
  const { app, made, merge, undo, patch, attributesOf, between } = await start();
  const [a, b] = [await made({ email: 'a@example.com' }), await made({ anonymous_id: 'browser' })];
  await merge(a, b);
  await patch(a, { email: null });
  between('GetItemCommand', async () => expect((await undo(a)).status).toBe(200));

  const { status } = await app.post('/api/profile-import', profile({ anonymous_id: 'browser', first_name: 'Ada' }));
  expect(status).toBe(200);
  expect((await attributesOf(b)).first_name).toBe('Ada');
  expect((await attributesOf(a)).first_name).toBe(null);
});

test('changes a profile without identifiers by its id', async () => {
  const { made, merge, undo, patch } = await start();
  const [a, b] = [await made({ email: 'a@example.com' }), await made({ anonymous_id: 'browser' })];
  await merge(a, b);
  await patch(a, { email: null });
  await undo(a);

  expect((await patch(a, { first_name: 'Ada' })).body.data.attributes.first_name).toBe('Ada');
  expect((await patch(b, { email: null })).status).toBe(200);
});

test('reports no conflict for an update that meets a merge with the owner of an address', async () => {
  const { made, merge, patch, attributesOf, between } = await start();
  const [a, b] = [await made({ email: 'a@example.com' }), await made({ email: 'b@example.com' })];
  between('GetItemCommand', () => merge(a, b));

  expect((await patch(a, { email: 'b@example.com' })).status).toBe(200);
  expect((await attributesOf(a)).email).toBe('b@example.com');
});

test('reports a permanent refusal', async () => {
  const { made, patch } = await start();
  const [a, b] = [await made({ email: 'a@example.com' }), await made({ email: 'b@example.com' })];

  expect((await patch(a, { email: null })).status).toBe(400);
  const { status, body } = await patch(a, { email: 'b@example.com' });
  expect([status, body.errors[0].meta.duplicate_profile_id]).toEqual([409, b]);
});
