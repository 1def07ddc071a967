import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { system } from '../../../functions/services/system.ts';
import { event, eventHeader } from '../../domains/events/event-bodies.ts';
import { create, profile } from '../../domains/profiles/people.ts';
import { startApp } from '../../support/app.ts';

const email = "o'brien@example.com";

test.each([
  `equals(email,'o'brien@example.com')`,
  `equals(email,"o'brien@example.com")`,
  `equals("email",'o'brien@example.com')`,
  `equals('email', "o'brien@example.com" )`,
  `any("email",['o'brien@example.com','ada@example.com'])`,
])('finds a profile by %s', async (filter) => {
  const app = await startApp(profiles);
  const id = await create(app, { email });
  await create(app, { email: 'bob@example.com' });
  const { body } = await app.get(`/api/profiles?filter=${encodeURIComponent(filter)}`);
  expect(body.data.map((one: { id: string }) => one.id)).toEqual([id]);
});

test('ignores double slashes from joining an address and a path', async () => {
  const app = await startApp(events);
  for (const path of ['//api/events/', '///api/events', '/api//events/', '/api/events//', '//api//events///'])
    expect((await app.post(path, event({ properties: { path } }))).status).toBe(202);
  const { body } = await app.get('//api/events/?page[size]=1');
  expect(body.links.self).toBe('https://api.test/api/events/?page[size]=1');
  expect(body.links.next).toMatch(/^https:\/\/api\.test\/api\/events\/\?page%5Bsize%5D=1&page%5Bcursor%5D=/);
  expect((await app.get('/api/lists//profiles')).status).toBe(404);
});

test("serves another function's path if slashes hid it from API Gateway", async () => {
  const app = await startApp(system);
  const answer = await app.send('POST', '//api/events/?a=b', {});
  expect([answer.status, answer.headers.location]).toEqual([308, '/api/events/?a=b']);
  expect((await app.get('//example.com/api/events')).status).toBe(404);
});

test('returns an unknown path as 404 in JSON:API', async () => {
  const app = await startApp(system);
  for (const path of ['/api/flows', '/api/events-of-others/1', '/client/back-in-stock-subscriptions', '/'])
    expect(await app.get(path)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/vnd.api+json' },
      body: { errors: [{ code: 'not_found', detail: `The path ${path} does not exist.` }] },
    });
});

test('ends links with a slash, and times with an offset', async () => {
  const app = await startApp({ ...profiles, routes: { ...profiles.routes, ...lists.routes, ...events.routes } });
  const id = await create(app, { email });
  const { body } = await app.get(`/api/profiles/${id}?additional-fields[profile]=subscriptions`);
  const self = `https://api.test/api/profiles/${id}/`;
  expect(body.data.links).toEqual({ self });
  expect(body.links).toEqual({ self });
  expect(body.data.relationships.lists.links).toEqual({
    self: `${self}relationships/lists/`,
    related: `${self}lists/`,
  });
  expect(body.data.attributes).toMatchObject({
    created: '2026-01-01T00:00:00.000+00:00',
    updated: '2026-01-01T00:00:00.000+00:00',
  });
  const list = await app.post('/api/lists', { data: { type: 'list', attributes: { name: 'A' } } });
  expect(list.body.data.attributes.created).toBe('2026-01-01T00:00:00.000+00:00');
  await app.post('/api/events', event({ person: { email } }));
  const found = await app.get('/api/events');
  const [{ id: eventId, relationships }] = found.body.data;
  expect(relationships.metric.links.related).toBe(`https://api.test/api/events/${eventId}/metric/`);
  expect((await app.get(new URL(relationships.metric.links.self).pathname)).status).toBe(200);
  expect((await app.get(`/api/profiles/${id}`)).body.data.attributes.last_event_date).toBe(
    '2026-01-01T00:00:00.000+00:00',
  );
});

test("returns request id and limits in the headers that Klaviyo's clients read", async () => {
  const app = await startApp(profiles);
  const { headers } = await app.get('/api/profiles');
  expect(headers).toMatchObject({
    'X-Klaviyo-Req-Id': 'test',
    'RateLimit-Limit': '350, 350;w=1, 21000;w=60',
    'RateLimit-Remaining': '349',
    'RateLimit-Reset': '1',
  });
  expect((await app.get('/api/profiles/nobody')).headers['X-Klaviyo-Req-Id']).toBe('test');
});

test.each(['2026-07-15', '2026-10-15'])(
  'reads list changes of a profile in an event by revision %s',
  async (revision) => {
    const app = await startApp({ ...events, routes: { ...events.routes, ...profiles.routes } });
    const meta = { patch_properties: { append: { seen: 'A' } } };
    const isOld = revision === '2026-07-15';
    const sent = event({ person: { email, ...(isOld && { meta }) } });
    const person = sent.data.attributes.profile.data;
    const body = isOld
      ? sent
      : { data: { ...sent.data, attributes: { ...sent.data.attributes, profile: { data: { ...person, meta } } } } };
    const answer = await app.post('/api/events', body, { revision });
    expect(answer.status).toBe(202);
    expect(eventHeader(answer).duplicate).toBe('false');
    expect(answer.headers).not.toHaveProperty('Tributary-Ignored');
    const { data } = (await app.get('/api/profiles')).body;
    expect(data[0].attributes.properties).toEqual({ seen: ['A'] });
  },
);

test('refuses an unknown revision, and accepts every date', async () => {
  const app = await startApp(profiles);
  const send = (revision: string) => app.post('/api/profile-import', profile({ email }), { revision });
  expect((await send('2026-10-15')).status).toBe(201);
  expect((await send('2026-10-15.pre')).status).toBe(200);
  expect((await send('newest')).status).toBe(400);
});
