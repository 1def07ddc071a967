import { expect, test } from 'vitest';
import { rotateSecret } from '../../../functions/domains/accounts/tokens/actions.ts';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { events } from '../../../functions/services/events.ts';
import { type Faulty, startFaulty } from '../../faults/harness.ts';
import { startApp } from '../../support/app.ts';
import { askToErase, eventOf, profileOf, subscribing } from '../privacy/people.ts';

const email = 'ada@example.com';
const external_id = 'customer-7';

/** A shop that erased Ada, who had all kinds of identifiers, and that knows Eve. */
const shopWithoutAda = async (): Promise<Faulty> => {
  const app = await startFaulty({});
  await app.post(
    '/api/profiles',
    profileOf({ email, external_id, phone_number: '+4930123456', anonymous_id: 'ada-b' }),
  );
  await app.post('/api/profiles', profileOf({ email: 'eve@example.com' }));
  await askToErase(app, { email });
  await app.workOff();
  app.at('2026-01-01T00:02:00Z');
  return app;
};

const people = async (app: Faulty): Promise<string[]> =>
  (await app.get('/api/profiles')).body.data
    .map((one: { attributes: { email: string } }) => one.attributes.email)
    .sort();

test.each([
  { email: ' Ada@Example.com' },
  { external_id },
  { phone_number: '+4930123456' },
  { anonymous_id: 'ada-b' },
  { email: 'new@example.com', external_id },
])('accepts and does not store an event by %j of an erased person', async (person) => {
  const app = await shopWithoutAda();

  const { status, headers } = await app.post('/api/events', eventOf(person));

  expect([status, headers['Tributary-Event']]).toEqual([202, 'erased']);
  expect(await people(app)).toEqual(['eve@example.com']);
  expect((await app.get('/api/events')).body.data).toEqual([]);
});

test('stores the events of others in a batch, and reports both', async () => {
  const app = await shopWithoutAda();
  const group = (address: string) => ({
    type: 'event-bulk-create',
    attributes: {
      profile: { data: { type: 'profile', attributes: { email: address } } },
      events: { data: [{ type: 'event', attributes: { ...eventOf({}).data.attributes, profile: undefined } }] },
    },
  });

  const { status, headers } = await app.post('/api/event-bulk-create-jobs', {
    data: {
      type: 'event-bulk-create-job',
      attributes: {
        'events-bulk-create': { data: [group(email), group('eve@example.com'), group('new@example.com')] },
      },
    },
  });

  expect(status).toBe(202);
  expect(headers['Tributary-Events']).toBe('stored=2, duplicate=0, conflict=0, erased=1');
  expect(await people(app)).toEqual(['eve@example.com', 'new@example.com']);
});

test.each([
  ['POST', '/api/profiles', profileOf({ email })],
  ['POST', '/api/profile-import', profileOf({ external_id: 'other', email })],
  ['POST', '/api/profile-subscription-bulk-create-jobs', subscribing(email)],
])('%s %s reports that the person was erased', async (method, path, body) => {
  const app = await shopWithoutAda();

  const answer = await app.send(method, path, body);

  expect([answer.status, answer.body.errors[0].code]).toEqual([410, 'erased']);
  expect(answer.body.errors[0].detail).not.toMatch(/ada@|"ada|ada-/);
  expect(await people(app)).toEqual(['eve@example.com']);
});

test("refuses to give an erased person's identifier to another profile", async () => {
  const app = await shopWithoutAda();
  const [eve] = (await app.get('/api/profiles')).body.data;

  const body = { data: { type: 'profile', id: eve.id, attributes: { external_id } } };
  const answer = await app.send('PATCH', `/api/profiles/${eve.id}`, body);

  expect([answer.status, answer.body.errors[0].code]).toEqual([410, 'erased']);
});

test('stores nothing from browsers, and does not reveal the erasure', async () => {
  const app = await shopWithoutAda();
  const at = `company_id=${app.account}`;

  const statuses = [
    await app.post(`/client/events?${at}`, eventOf({ email })),
    await app.post(`/client/profiles?${at}`, profileOf({ email })),
    await app.post(`/client/subscriptions?${at}`, {
      data: {
        type: 'subscription',
        attributes: { profile: { data: { type: 'profile', attributes: { email } } } },
        relationships: { list: { data: { type: 'list', id: 'news' } } },
      },
    }),
  ].map(({ status }) => status);

  expect(statuses).toEqual([202, 202, 202]);
  expect(await people(app)).toEqual(['eve@example.com']);
});

test('fails rows of files and bulk imports about an erased person, and does not store them', async () => {
  const app = await shopWithoutAda();
  await app.importFile('profiles/a.csv', `Email,Note\n${email},secret\nnew@example.com,x\n`);
  await app.importFile('events/Order.csv', `Person//ID,Timestamp,Note\n${external_id},2025-12-01,secret\n`);
  const jobs = (await app.get('/api/import-jobs')).body.data;
  const bulk = await app.post('/api/profile-bulk-import-jobs', {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: [profileOf({ email }).data, profileOf({ email: 'third@example.com' }).data] } },
    },
  });
  await app.workOff();

  expect(jobs.map((job: { attributes: { failed_count: number } }) => job.attributes.failed_count)).toEqual([1, 1]);
  for (const { id } of jobs) {
    const [failed] = (await app.get(`/api/import-jobs/${id}/errors`)).body.data;
    expect(JSON.stringify(failed)).toMatch(/"erased"/);
    expect(JSON.stringify(failed)).not.toMatch(/ada@|customer-7|secret/);
  }
  expect(await app.report('profiles/a.errors.csv')).toMatch(/erased,/);
  expect(await app.report('profiles/a.errors.csv')).not.toMatch(/ada@|secret/);
  const { body } = await app.get(`/api/profile-bulk-import-jobs/${bulk.body.data.id}/import-errors`);
  expect(body.data[0].attributes).toMatchObject({ code: 'erased', original_payload: null });
  expect(await people(app)).toEqual(['eve@example.com', 'new@example.com', 'third@example.com']);
});

test("keeps people erased after the rotation of the secret, which can't be revoked", async () => {
  const app = await shopWithoutAda();

  await rotateSecret({ purpose: 'erasure', revoke: false }, app.context());
  const revoking = rotateSecret({ purpose: 'erasure', revoke: true }, app.context());

  await expect(revoking).rejects.toThrow(/can be rotated but not revoked/);
  expect((await app.post('/api/profiles', profileOf({ email }))).status).toBe(410);
});

test('reads nothing extra without erasures, nor for existing profiles', async () => {
  const app = await startApp(events);
  const sent = async (person: object, at: string): Promise<readonly string[]> => {
    app.at(at);
    app.requests.length = 0;
    await app.post('/api/events', eventOf(person));
    return [...app.requests];
  };
  await sent({ email: 'eve@example.com' }, '2026-01-01T00:00:01Z');
  const stranger = await sent({ email: 'kim@example.com' }, '2026-01-01T00:00:02Z');
  const known = await sent({ email: 'eve@example.com' }, '2026-01-01T00:00:03Z');
  await markErased([{ kind: 'email', value: email }], 'job', app.context());
  await sent({ email: 'eve@example.com' }, '2026-01-01T00:02:00Z');

  // The first reads the secrets, cached for a minute.
  expect(await sent({ email: 'lou@example.com' }, '2026-01-01T00:02:01Z')).toHaveLength(stranger.length + 2);
  expect(await sent({ email: 'max@example.com' }, '2026-01-01T00:02:02Z')).toHaveLength(stranger.length + 1);
  expect(await sent({ email: 'eve@example.com' }, '2026-01-01T00:02:03Z')).toEqual(known);
});
