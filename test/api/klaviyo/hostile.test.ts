import { expect, test } from 'vitest';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startBulk } from '../../domains/bulk-imports/bulk.ts';
import { bulk, subscribeTo } from '../../domains/consent/requests.ts';
import { event, metric } from '../../domains/events/event-bodies.ts';
import { profile } from '../../domains/profiles/people.ts';
import { type Answer, startApp } from '../../support/app.ts';

/** Half of a surrogate pair, as left by a script that cuts a text within an emoji. */
const HALF = '\ud83d';
const pointersIn = ({ body }: Answer) =>
  body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer);
const email = 'ada@example.com';

test('refuses a lone surrogate in text', async () => {
  const app = await startApp(events);
  const answer = await app.post(
    '/api/events',
    event({
      metric: metric(`Cut ${HALF}`, HALF),
      unique_id: HALF,
      person: {
        email: `a${HALF}@example.com`,
        external_id: HALF,
        anonymous_id: HALF,
        first_name: `Ada ${HALF}`,
        location: { city: HALF, latitude: HALF },
      },
    }),
  );
  expect(answer.status).toBe(400);
  const person = '/data/attributes/profile/data/attributes';
  expect(pointersIn(answer)).toEqual([
    '/data/attributes/metric/data/attributes/name',
    '/data/attributes/metric/data/attributes/service',
    '/data/attributes/unique_id',
    ...['external_id', 'email', 'anonymous_id', 'first_name', 'location/city', 'location/latitude'].map(
      (name) => `${person}/${name}`,
    ),
  ]);
});

test('returns a lone surrogate in properties as sent', async () => {
  const app = await startApp(events);
  const properties = { [`Title ${HALF}`]: [`Cut ${HALF}`], nul: '\0' };
  expect((await app.post('/api/events', event({ properties }))).status).toBe(202);
  const { body } = await app.get('/api/events?sort=datetime');
  expect(body.data[0].attributes.event_properties).toEqual(properties);
});

test('refuses a lone surrogate in consent', async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const subscriptions = subscribeTo('email.marketing');
  const answer = await app.post(
    '/api/profile-subscription-bulk-create-jobs',
    bulk([{ id: HALF, email, subscriptions }], { source: HALF, list: HALF }),
  );
  expect(pointersIn(answer)).toEqual([
    '/data/attributes/custom_source',
    '/data/relationships/list/data/id',
    '/data/attributes/profiles/data/0/id',
  ]);
  const relationships = { list: { data: { type: 'list', id: 'L' } }, form: { data: { id: HALF } } };
  const form = await app.post(`/client/subscriptions?company_id=${app.account}`, {
    data: { type: 'subscription', attributes: { profile: profile({ email }) }, relationships },
  });
  expect(pointersIn(form)).toEqual(['/data/relationships/form/data/id']);
});

test('refuses a lone surrogate in a bulk import before it can block the queue', async () => {
  const app = await startBulk();
  const answer = await app.post('/api/profile-bulk-import-jobs', {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: [profile({ email }, { id: HALF }).data] } },
      relationships: { lists: { data: [{ type: 'list', id: HALF }] } },
    },
  });
  expect(pointersIn(answer)).toEqual(['/data/attributes/profiles/data/0/id', '/data/relationships/lists/data/0/id']);
  expect(await app.waiting()).toEqual([]);
});

const deep = '['.repeat(200_000) + ']'.repeat(200_000);
/** JSON with deeply nested lists in place of the text DEEP. */
const withDeep = (body: object): string => JSON.stringify(body).replace('"DEEP"', deep);

test('refuses JSON nested a hundred thousand times, by the depth limit or by its unknown name', async () => {
  const app = await startBulk();
  const eventsApp = await startApp(events);
  const properties = { a: 'DEEP' };

  const answers = [
    await eventsApp.post('/api/events', withDeep(event({ properties }))),
    await app.post('/api/profile-bulk-import-jobs', withDeep(bulkOf({ email, properties }))),
  ];

  expect(answers.map(({ status }) => status)).toEqual([400, 400]);
  for (const { body } of answers) expect(body.errors[0].detail).toContain('10 levels');
  const unread = [
    await eventsApp.post('/api/events', withDeep(event({ unread: 'DEEP' }))),
    await app.post('/api/profile-bulk-import-jobs', withDeep(bulkOf({ email, unread: 'DEEP' }))),
  ];
  for (const answer of unread) expect(pointersIn(answer)).toEqual([expect.stringMatching(/\/unread$/)]);
});

const bulkOf = (attributes: object) => ({
  data: { type: 'profile-bulk-import-job', attributes: { profiles: { data: [profile(attributes).data] } } },
});

test.each([
  ['1e999', 400, undefined],
  ['1e300', 400, undefined],
  ['-180.5', 400, undefined],
  ['1e-300', 200, 0],
  ['-33.8688', 200, -33.8688],
])('returns for a latitude of %s the status %i', async (latitude, status, stored) => {
  const app = await startApp(profiles);
  const { body } = await app.post('/api/profiles', profile({ email }));
  const path = `/api/profiles/${body.data.id}`;
  const sent = JSON.stringify(profile({ location: { latitude: 'N' } })).replace('"N"', latitude);
  const answer = await app.send('PATCH', path, sent);
  expect(answer.status).toBe(status);
  if (status === 400) expect(pointersIn(answer)).toEqual(['/data/attributes/location/latitude']);
  else expect((await app.get(path)).body.data.attributes.location.latitude).toBe(stored);
});
