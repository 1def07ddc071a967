import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { startFaulty } from '../../../faults/harness.ts';
import { askToErase, certificateOf, countsIn, eventOf, profileOf, subscribing } from '../people.ts';

const whole = async (app: Awaited<ReturnType<typeof startFaulty>>): Promise<string> => {
  const { Items = [] } = await app.client.send(new ScanCommand({ TableName: app.tableName }));
  return JSON.stringify(Items.filter(({ type }) => type?.S !== 'deletion_job'));
};

test('removes a person and all of their items from the table, and nobody else', async () => {
  const app = await startFaulty({});
  for (const name of ['ada', 'eve']) {
    const email = `${name}@example.com`;
    await app.post('/api/profiles', profileOf({ email, external_id: `${name}-7`, first_name: name }));
    await app.post('/api/events', eventOf({ email, anonymous_id: `${name}-browser` }, { unique_id: 'order-1' }));
    await app.post('/api/profile-subscription-bulk-create-jobs', subscribing(email, 'news'));
  }
  const before = await whole(app);
  expect(before).toMatch(/ada@example.com/);

  const asked = await askToErase(app, { email: 'ADA@example.com' });
  await app.workOff();

  expect(asked.status).toBe(202);
  expect(asked.body.data).toMatchObject({ type: 'data-privacy-deletion-job', attributes: { status: 'queued' } });
  const after = await whole(app);
  expect(after).not.toMatch(/ada@|"ada|ada-/);
  expect(after).toMatch(/eve@example.com.*eve-browser|eve-browser.*eve@example.com/);
  const certificate = await certificateOf(app, asked.body.data.id);
  expect(countsIn(certificate)).toMatchObject({
    'table/profile': 1,
    'table/identifier': 3,
    'table/event': 1,
    'table/event-guard': 1,
    'table/membership': 1,
    'table/consent': 1,
    'table/consent-ledger-entry': 1,
    'table/consent-chain-head': 1,
  });
  expect(certificate.removed_ledgers).toMatchObject([{ entries: 1, end: expect.stringMatching(/^.{43}$/) }]);
  const list = await app.get('/api/lists/news?additional-fields[list]=profile_count');
  expect(list.body.data.attributes.profile_count).toBe(1);
});

test.each([
  ['none', {}, undefined, /exactly one of email/],
  ['two', { email: 'ada@example.com', phone_number: '+4930123456' }, undefined, /not by email and phone_number/],
  ['an id and another', { email: 'ada@example.com' }, '01PROFILE', /not by email and id/],
  ['one that is none', { email: 'ada' }, undefined, /Not an e-mail address/],
])('refuses a request that names %s', async (_, attributes, id, detail) => {
  const app = await startFaulty({});

  const { status, body } = await askToErase(app, attributes, id);

  expect([status, body.errors.length]).toEqual([400, 1]);
  expect(body.errors[0].detail).toMatch(detail);
  expect(body.errors[0].source.pointer).toMatch(/^\/data\/attributes\/profile\/data/);
});
