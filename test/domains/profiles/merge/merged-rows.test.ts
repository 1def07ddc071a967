import { expect, test } from 'vitest';
import { type Faulty, startFaulty } from '../../../faults/harness.ts';
import { eventOf, profileOf } from '../../privacy/people.ts';

const A = { email: 'a@example.com', external_id: 'a-7' };
const B = { email: 'b@example.com', external_id: 'b-7' };

/** Two people with an order each, who turn out to be one. */
const start = async () => {
  const app = await startFaulty({});
  const made = async (attributes: object): Promise<string> =>
    (await app.post('/api/profiles', profileOf(attributes))).body.data.id;
  const [a, b] = [await made(A), await made(B)];
  const time = '2025-12-01T00:00:00Z';
  for (const { email } of [A, B])
    await app.post('/api/events', eventOf({ email }, { unique_id: `order-${email[0]}`, time }));
  const relationships = { profiles: { data: [{ type: 'profile', id: b }] } };
  await app.post('/api/profile-merge', { data: { type: 'profile-merge', id: a, relationships } });
  const [merge] = (await app.get(`/api/profiles/${a}/merges`)).body.data;
  return { app, a, b, undo: () => app.post(`/api/profile-merges/${merge.id}/undo`, {}) };
};

const countsOf = async (app: Faulty, key: string) => {
  const { body } = await app.get('/api/import-jobs?page[size]=100');
  const { attributes } = body.data.find((job: { attributes: { key: string } }) => job.attributes.key === key);
  const { created_count, updated_count, unchanged_count, duplicate_count, failed_count } = attributes;
  return [created_count, updated_count, unchanged_count, duplicate_count, failed_count];
};
const told = async (app: Faulty, id: string) =>
  (await app.get(`/api/profiles/${id}?additional-fields[profile]=subscriptions`)).body.data;
const ordersOf = async (app: Faulty, id: string): Promise<string[]> => {
  const { body } = await app.get(`/api/events?filter=equals(profile_id,"${id}")&page[size]=100`);
  return body.data
    .map((event: { attributes: { event_properties: object } }) => Object(event.attributes.event_properties).$event_id)
    .toSorted();
};

test('applies CSV rows that name either merged profile to the destination', async () => {
  const { app, a, b, undo } = await start();
  const people =
    'Email,External ID,First Name,Size\n' +
    // By identifiers of the other profile, by both at once, and crosswise.
    `${B.email},,Bea,\n,${B.external_id},,L\n${A.email},${B.external_id},Ada,\n${B.email},${A.external_id},,M\n`;
  await app.importFile('profiles/people.csv', people);
  expect(await countsOf(app, 'profiles/people.csv')).toEqual([0, 4, 0, 0, 0]);
  for (const id of [a, b]) {
    expect(await told(app, id)).toMatchObject({
      id: a,
      // The last row names a stronger identifier, so that its address becomes the profile's own.
      attributes: { email: B.email, external_id: A.external_id, first_name: 'Ada', properties: { Size: 'M' } },
    });
  }
  await app.importFile('profiles/again.csv', `Email,External ID,Size\n${B.email},,M\n,${B.external_id},M\n`);
  expect(await countsOf(app, 'profiles/again.csv')).toEqual([0, 0, 2, 0, 0]);

  await undo();
  // Changes made while merged stay with the destination.
  expect((await told(app, a)).attributes).toMatchObject({ ...A, first_name: 'Ada', properties: { Size: 'M' } });
  expect((await told(app, b)).attributes).toMatchObject({ ...B, first_name: null, properties: {} });
  await app.importFile('profiles/apart.csv', `Email,First Name\n${B.email},Bea\n`);
  expect((await told(app, b)).attributes.first_name).toBe('Bea');
  expect((await told(app, a)).attributes.first_name).toBe('Ada');
});

test("recognizes CSV events stored under either profile, and shows them as one person's", async () => {
  const { app, a, b, undo } = await start();
  const rows = [
    `${B.email},2025-12-01T00:00:00Z,order-b,T-1`,
    `${A.email},2025-12-01T00:00:00Z,order-b,T-1`,
    `${B.email},2025-12-01T00:00:00Z,order-a,T-1`,
    `${B.email},2025-12-02T00:00:00Z,order-c,T-1`,
  ];
  await app.importFile('events/Placed Order.csv', `Email,Timestamp,$event_id,sku\n${rows.join('\n')}\n`);
  expect(await countsOf(app, 'events/Placed Order.csv')).toEqual([1, 0, 0, 3, 0]);
  for (const id of [a, b]) expect(await ordersOf(app, id)).toEqual(['order-a', 'order-b', 'order-c']);
  await undo();
  expect(await ordersOf(app, a)).toEqual(['order-a', 'order-c']);
  expect(await ordersOf(app, b)).toEqual(['order-b']);
});

test('applies consent in a CSV to the person, by either address', async () => {
  const { app, a, b } = await start();
  const header = 'Email,Email Marketing Consent,Email Marketing Consent Timestamp\n';
  await app.importFile('profiles/in.csv', `${header}${A.email},SUBSCRIBED,2025-12-31T00:00:00Z\n`);
  app.at('2026-01-04T00:00:00Z');
  await app.importFile('profiles/out.csv', `${header}${B.email},UNSUBSCRIBED,2026-01-03T00:00:00Z\n`);
  for (const id of [a, b])
    expect((await told(app, id)).attributes.subscriptions.email.marketing).toMatchObject({
      consent: 'UNSUBSCRIBED',
      can_receive_email_marketing: false,
    });
});

test('applies bulk import rows that name either merged profile to one, which joins a list once', async () => {
  const { app, a, b } = await start();
  const rows = [
    { type: 'profile', attributes: { email: B.email, first_name: 'Bea' } },
    { type: 'profile', id: b, attributes: { title: 'Dr.' } },
    { type: 'profile', attributes: { email: A.email, external_id: B.external_id, first_name: 'Ada' } },
    { type: 'profile', id: a, attributes: { email: B.email, organization: 'Engines' } },
  ];
  const JOBS = '/api/profile-bulk-import-jobs';
  const { body } = await app.post(JOBS, {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: rows } },
      relationships: { lists: { data: [{ type: 'list', id: 'all' }] } },
    },
  });
  await app.workOff();
  const job = (await app.get(`${JOBS}/${body.data.id}`)).body.data.attributes;
  expect(job).toMatchObject({ status: 'complete', completed_count: 4, failed_count: 0 });
  const found = (await app.get(`${JOBS}/${body.data.id}/profiles`)).body.data;
  expect(found.map(({ id }: { id: string }) => id)).toEqual([a]);
  expect(found[0].attributes).toMatchObject({
    email: B.email,
    first_name: 'Ada',
    title: 'Dr.',
    organization: 'Engines',
  });
  const members = await app.get('/api/lists/all/profiles');
  expect(members.body.data.map(({ id }: { id: string }) => id)).toEqual([a]);
  const list = await app.get('/api/lists/all?additional-fields[list]=profile_count');
  expect(list.body.data.attributes.profile_count).toBe(1);
});
