import { describe, expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { checkMembers } from '../../../functions/platform/http/members/check.ts';
import type { Route } from '../../../functions/platform/http/route.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { imports } from '../../../functions/services/imports.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { allServices } from '../../../functions/services.ts';
import { startBulk } from '../../domains/bulk-imports/bulk.ts';
import { subscribeTo } from '../../domains/consent/requests.ts';
import { bulk, event, eventHeader, group } from '../../domains/events/event-bodies.ts';
import { profile } from '../../domains/profiles/people.ts';
import { bodyWith, placesIn, sampleOf } from '../../hostile/places.ts';
import { type Answer, startApp } from '../../support/app.ts';

const email = 'ada@example.com';
const told400 = ({ status, body }: Answer) => ({
  status,
  errors: body?.errors?.map(({ detail, source }: { detail: string; source: object }) => [detail, source]),
});
const unknown = (name: string, resource: string, more = '') =>
  `'${name}' is not a valid field for the resource '${resource}'.${more && ` ${more}`}`;
const OWN = 'Put custom members into `properties`.';

test('names every unknown member of an event, with a suggestion', async () => {
  const app = await startApp(events);
  const sent = event({
    timestamp: '2026-01-01T00:00:00Z',
    uniqueId: 'a',
    valeu: 3,
    colour: 'red',
    person: { email, $first_name: 'Ada', city: 'London' },
  });
  const answer = await app.post('/api/events', { ...sent, beside: 1 });
  const at = (name: string) => ({ pointer: `/data/attributes/${name}` });
  expect(told400(answer)).toEqual({
    status: 400,
    errors: [
      [unknown('$first_name', 'profile', 'Did you mean `first_name`?'), at('profile/data/attributes/$first_name')],
      [unknown('city', 'profile', 'Did you mean `location/city`?'), at('profile/data/attributes/city')],
      [unknown('timestamp', 'event', 'Did you mean `time`?'), at('timestamp')],
      [unknown('uniqueId', 'event', 'Did you mean `unique_id`?'), at('uniqueId')],
      [unknown('valeu', 'event', 'Did you mean `value`?'), at('valeu')],
      [unknown('colour', 'event', OWN), at('colour')],
      ["'beside' is not a valid field for the request.", { pointer: '/beside' }],
    ],
  });
  expect((await app.get('/api/events')).body.data).toEqual([]);
});

test('names every unknown member of a profile, with its other problems', async () => {
  const app = await startApp(profiles);
  const answer = await app.post('/api/profiles', {
    data: { type: 'profile', email, attributes: { email: 'no address', firstName: 'Ada', loyalty: 'gold' } },
  });
  expect(told400(answer)).toEqual({
    status: 400,
    errors: [
      [unknown('email', 'profile', 'Did you mean `attributes/email`?'), { pointer: '/data/email' }],
      [unknown('firstName', 'profile', 'Did you mean `first_name`?'), { pointer: '/data/attributes/firstName' }],
      [unknown('loyalty', 'profile', OWN), { pointer: '/data/attributes/loyalty' }],
      [expect.stringContaining('e-mail address'), { pointer: '/data/attributes/email' }],
    ],
  });
  expect((await app.get('/api/profiles')).body.data).toEqual([]);
});

test('names each at its place in a bulk request', async () => {
  const app = await startApp(events);
  const answer = await app.post(
    '/api/event-bulk-create-jobs',
    bulk([group({ email }, [{}, { Value: 3 }]), group({ email, phone: '+4915112345678' }, [{}])]),
  );
  const groups = '/data/attributes/events-bulk-create/data';
  expect(told400(answer)).toEqual({
    status: 400,
    errors: [
      [
        unknown('Value', 'event', 'Did you mean `value`?'),
        { pointer: `${groups}/0/attributes/events/data/1/attributes/Value` },
      ],
      [
        unknown('phone', 'profile', 'Did you mean `phone_number`?'),
        { pointer: `${groups}/1/attributes/profile/data/attributes/phone` },
      ],
    ],
  });
  const job = await (await startBulk()).submit([{ email, firstname: 'Ada' }]);
  expect(told400(job).errors).toEqual([
    [
      unknown('firstname', 'profile', 'Did you mean `first_name`?'),
      { pointer: '/data/attributes/profiles/data/0/attributes/firstname' },
    ],
  ]);
});

test('accepts any name for custom properties', async () => {
  const app = await startApp(events);
  const properties = { timestamp: 1, valeu: { uniqueId: [{ a: 1 }] } };
  expect((await app.post('/api/events', event({ properties, person: { email, properties } }))).status).toBe(202);
  expect((await app.get('/api/events')).body.data[0].attributes.event_properties).toEqual(properties);
});

test('tells a browser too', async () => {
  const app = await startApp(profiles);
  const answer = await app.post(`/client/profiles?company_id=${app.account}`, profile({ Email: email }));
  expect(told400(answer).errors).toContainEqual([
    unknown('Email', 'profile', 'Did you mean `email`?'),
    { pointer: '/data/attributes/Email' },
  ]);
});

test('omits them if the account allows it, and lists them in a header', async () => {
  const app = await startApp(profiles);
  await changeAccount(app.account, { unknownMembers: 'ignore' }, app.services);
  const answer = await app.post(
    '/api/profiles',
    profile({ email, firstName: 'Ada', 'loyalty,✓': 1 }, { included: [] }),
  );
  expect(answer.status).toBe(201);
  expect(answer.headers['Tributary-Ignored']).toBe(
    '/data/attributes/firstName, /data/attributes/loyalty%2C%E2%9C%93, /data/included',
  );
  expect(answer.body.data.attributes).toMatchObject({ email, first_name: null });
  expect((await app.post('/api/profiles', profile({ email: 'bob@example.com' }))).headers).not.toHaveProperty(
    'Tributary-Ignored',
  );
  const names = Array.from({ length: 50 }, (_, i) => [`member${i}`, i]);
  const many = await app.post('/api/profiles', profile({ email: 'b@example.com', ...Object.fromEntries(names) }));
  expect(many.headers['Tributary-Ignored']).toMatch(/member19; more=30$/);
});

test('applies the setting also to members that our own bodies lack', async () => {
  const app = await startApp(imports);
  const body = { data: { type: 'import-job', attributes: { status: 'queued', note: 'again' } } };
  const job = '/api/import-jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV';
  expect(told400(await app.patch(job, body))).toMatchObject({
    status: 400,
    errors: [[unknown('note', 'import-job'), { pointer: '/data/attributes/note' }]],
  });
  await changeAccount(app.account, { unknownMembers: 'ignore' }, app.services);
  app.at('2026-01-01T00:02:00Z');
  expect((await app.patch(job, body)).status).toBe(404);
});

test('accepts what Klaviyo documents and Tributary does not store, and lists it', async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const attributes = { email, subscriptions: subscribeTo('email.marketing') };
  const data = {
    type: 'subscription',
    attributes: { events: [], profile: { data: { type: 'profile', id: '01PROFILE', attributes } } },
    relationships: { list: { data: { type: 'list', id: 'news' } } },
  };
  const answer = await app.post(`/client/subscriptions?company_id=${app.account}`, { data });
  expect(answer.status).toBe(202);
  expect(answer.headers['Tributary-Ignored']?.split(', ').toSorted()).toEqual([
    '/data/attributes/events',
    '/data/attributes/profile/data/id',
  ]);
});

test('stores an event after its refused name is corrected', async () => {
  const app = await startApp(events);
  expect((await app.post('/api/events', event({ Time: '2025-12-31T00:00:00Z' }))).status).toBe(400);
  expect(eventHeader(await app.post('/api/events', event({ time: '2025-12-31T00:00:00Z' }))).duplicate).toBe('false');
});

const routes = allServices.flatMap((service) =>
  Object.values<Route>(service.routes).flatMap((route) =>
    route.body && route.protocol.name !== 'page' && !route.protocol.ignoresUnknownMembers
      ? [{ ...route, body: route.body }]
      : [],
  ),
);

describe('refuses an unknown member everywhere in a body', () => {
  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
    const objects = placesIn(route.body).filter(({ schema }) => 'entries' in schema);
    expect(objects).not.toEqual([]);
    for (const { path } of objects) {
      const body = bodyWith(route.body, [...path, 'nobodyKnows'], 1);
      const { problems } = checkMembers(route, body, {});
      expect(problems.map(({ source }) => source?.pointer)).toEqual([`/${[...path, 'nobodyKnows'].join('/')}`]);
    }
    expect(checkMembers(route, sampleOf(route.body), {}).problems).toEqual([]);
  });
});
