import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../../functions/model/account.ts';
import type { ServiceDeclaration } from '../../../../functions/platform/service/service.ts';
import { events } from '../../../../functions/services/events.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { type App, attributesOf, create, profile } from '../people.ts';

const both: ServiceDeclaration = { ...profiles, routes: { ...profiles.routes, ...events.routes } };

const start = async (settings: Partial<Account>): Promise<App> => {
  const app = await startApp(both);
  if (Object.keys(settings).length > 0) await changeAccount(app.account, settings, app.services);
  return app;
};
const say = (app: App, attributes: object) => app.post('/api/profile-import', profile(attributes));
const holder = async (app: App, filter: string): Promise<string> =>
  (await app.get(`/api/profiles?filter=${filter}`)).body.data[0]?.id;
const event = (person: object) => ({
  data: {
    type: 'event',
    attributes: {
      properties: {},
      metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
      profile: { data: { type: 'profile', attributes: person } },
    },
  },
});

test('refuses a call that names two profiles by default, and names both', async () => {
  const app = await start({});
  await create(app, { external_id: 'x' });
  const b = await create(app, { email: 'b@example.com' });
  expect(await say(app, { external_id: 'x', email: 'b@example.com' })).toMatchObject({
    status: 409,
    body: { errors: [{ code: 'duplicate_profile', meta: { duplicate_profile_id: b } }] },
  });
});

test('merges them if the account allows it, into the one with the strongest identifier', async () => {
  const app = await start({ onSeveralProfiles: 'merge' });
  const a = await create(app, { external_id: 'x', email: 'a@example.com' });
  const b = await create(app, { email: 'b@example.com', first_name: 'Bea' });
  const c = await create(app, { phone_number: '+4930123456', last_name: 'Cee' });
  const all = { external_id: 'x', email: 'b@example.com', phone_number: '+4930123456' };
  const { status, body } = await say(app, { ...all, title: 'Dr' });
  expect([status, body.data.id]).toEqual([200, a]);
  expect(body.data.attributes).toMatchObject({ ...all, first_name: 'Bea', last_name: 'Cee', title: 'Dr' });
  for (const id of [b, c]) expect((await app.get(`/api/profiles/${id}`)).body.data.id).toBe(a);
  expect(await holder(app, 'equals(email,"a@example.com")')).toBe(a);
  const merges = (await app.get(`/api/profiles/${a}/merges`)).body.data;
  expect(merges.map((one: { attributes: { cause: string } }) => one.attributes.cause)).toEqual([
    'automatic',
    'automatic',
  ]);
});

test('treats two profiles with an external id each as two people', async () => {
  const app = await start({ onSeveralProfiles: 'merge' });
  await create(app, { external_id: 'x', email: 'a@example.com' });
  const other = await create(app, { external_id: 'y', phone_number: '+4930123456' });
  const refused = await say(app, { email: 'a@example.com', phone_number: '+4930123456' });
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ meta: { duplicate_profile_id: other } }] } });
});

test('does not name a profile with another value of the identifying kind', async () => {
  const app = await start({ onSeveralProfiles: 'merge' });
  const a = await create(app, { email: 'a@example.com' });
  const b = await create(app, { email: 'b@example.com', phone_number: '+4930123456' });
  const { status, headers, body } = await say(app, { email: 'a@example.com', phone_number: '+4930123456' });
  expect([status, body.data.id, headers['Tributary-Left-Out']]).toEqual([200, a, 'phone_number']);
  expect((await app.get(`/api/profiles/${b}`)).body.data.id).toBe(b);
});

test("assigns a browser's past to the person who identifies, and that of a shared browser to no new one", async () => {
  const app = await start({ onSeveralProfiles: 'merge' });
  const a = await create(app, { email: 'a@example.com' });
  await app.post('/api/events', event({ anonymous_id: 'laptop' }));
  const timeline = async () => (await app.get(`/api/events?filter=equals(profile_id,"${a}")`)).body.data.length;
  expect(await timeline()).toBe(0);
  app.at('2026-01-01T00:00:01Z');
  const sent = await app.send(
    'POST',
    `/client/events?company_id=${app.account}`,
    event({ email: 'a@example.com', anonymous_id: 'laptop' }),
  );
  expect(sent.status).toBe(202);
  expect(await timeline()).toBe(2);

  const b = await create(app, { email: 'b@example.com' });
  app.at('2026-01-01T00:00:02Z');
  await app.post('/api/events', event({ email: 'b@example.com', anonymous_id: 'laptop' }));
  expect(await timeline()).toBe(2);
  expect((await app.get(`/api/profiles/${b}`)).body.data.id).toBe(b);
});

test('merges no identified profile by an unproven call', async () => {
  const app = await start({ onSeveralProfiles: 'merge' });
  const a = await create(app, { email: 'a@example.com' });
  const b = await create(app, { phone_number: '+4930123456' });
  const given = event({ email: 'a@example.com', phone_number: '+4930123456' });
  expect((await app.send('POST', `/client/events?company_id=${app.account}`, given)).status).toBe(202);
  for (const id of [a, b]) expect((await app.get(`/api/profiles/${id}`)).body.data.id).toBe(id);
});

test("never exceeds the account's number of identifiers per profile", async () => {
  const app = await start({ onSeveralProfiles: 'merge', identifierCaps: { email: 2, anonymous_id: 3 } });
  const a = await create(app, { external_id: 'x', email: 'a@example.com' });
  await create(app, { email: 'b@example.com' });
  const c = await create(app, { email: 'c@example.com' });
  expect((await say(app, { external_id: 'x', email: 'b@example.com' })).status).toBe(200);
  expect((await say(app, { external_id: 'x', email: 'c@example.com' })).status).toBe(409);
  const refused = await app.post('/api/profile-merge', {
    data: { type: 'profile-merge', id: a, relationships: { profiles: { data: [{ type: 'profile', id: c }] } } },
  });
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ code: 'conflict', detail: /more of email/ }] } });

  for (const browser of ['1st', '2nd', '3rd', '4th']) {
    app.at(`2026-01-01T00:00:0${browser[0]}Z`);
    await app.post('/api/events', event({ email: 'a@example.com', anonymous_id: browser }));
  }
  // The oldest was removed to make room.
  await app.post('/api/events', event({ anonymous_id: '1st' }));
  expect((await app.get(`/api/events?filter=equals(profile_id,"${a}")`)).body.data).toHaveLength(4);
});

test('lets an account block values of its own', async () => {
  const app = await start({ blockedIdentifiers: ['NoReply@example.com', 'walk-in'] });
  const refused = await say(app, { email: 'noreply@example.com', external_id: 'walk-in', phone_number: '+4930123456' });
  expect(refused.status).toBe(400);
  expect(refused.body.errors.map((error: { source: { pointer: string } }) => error.source.pointer)).toEqual([
    '/data/attributes/external_id',
    '/data/attributes/email',
  ]);
  expect(await app.post('/api/events', event({ external_id: 'walk-in' }))).toMatchObject({
    status: 400,
    body: { errors: [{ source: { pointer: '/data/attributes/profile/data/attributes/external_id' } }] },
  });
  const id = await create(app, { email: 'reply@example.com' });
  expect((await attributesOf(app, id)).email).toBe('reply@example.com');
});
