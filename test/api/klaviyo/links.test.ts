import { expect, test } from 'vitest';
import { createMatcher } from '../../../functions/platform/http/match.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { allServices } from '../../../functions/services.ts';
import { people, startBulk } from '../../domains/bulk-imports/bulk.ts';
import { bulk, subscribeTo } from '../../domains/consent/requests.ts';
import { event } from '../../domains/events/event-bodies.ts';
import { type Answer, startApp } from '../../support/app.ts';

const { matchPath } = createMatcher(allServices.flatMap(({ routes }) => Object.values(routes)));

const linksIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.startsWith('https://api.test/') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linksIn) : [];
};

/** Links in responses whose paths no route serves. */
const dead = (answers: readonly Answer[]): string[] =>
  answers
    .flatMap(({ body }) => linksIn(body))
    .map((link) => new URL(link).pathname)
    .filter((path) => !matchPath(path).some(({ route }) => route.method === 'GET'));

test('serves the links of events and metrics', async () => {
  const app = await startApp(events);
  await app.post('/api/events', event());
  const list = await app.get('/api/events?include=metric,profile,attributions');
  const path = `/api/events/${list.body.data[0].id}`;
  const answers = [
    list,
    await app.get(path),
    await app.get(`${path}/relationships/metric`),
    await app.get('/api/metrics'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(dead(answers)).toEqual([]);
});

test('serves the links of profiles, their consent and their jobs', async () => {
  const app = await startBulk();
  const { body } = await app.submit(people(2));
  await app.drain();
  const job = `/api/profile-bulk-import-jobs/${body.data.id}`;
  const list = await app.get('/api/profiles?page[size]=1');
  const path = `/api/profiles/${list.body.data[0].id}`;
  const answers = [
    list,
    await app.get(`${path}?include=lists&additional-fields[profile]=subscriptions`),
    await app.get(`${path}/relationships/lists`),
    await app.get(`${path}/consent?channel=sms`),
    await app.get(`${path}/consent-ledger`),
    await app.get(job),
    await app.get(`${job}/import-errors`),
    await app.get(`${job}/relationships/profiles`),
  ];
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(dead(answers)).toEqual([]);
});

test('serves the links of suppression jobs', async () => {
  const app = await startApp(consent);
  const subscriptions = subscribeTo('email.marketing');
  await app.post('/api/profile-subscription-bulk-create-jobs', bulk([{ email: 'ada@example.com', subscriptions }]));
  const type = 'profile-suppression-bulk-create-job';
  const profiles = { data: [{ type: 'profile', attributes: { email: 'ada@example.com' } }] };
  const made = await app.post(`/api/${type}s`, { data: { type, attributes: { profiles } } });
  expect(made.status).toBe(202);
  expect(dead([made, await app.get(`/api/${type}s`)])).toEqual([]);
});
