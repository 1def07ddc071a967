import { expect, test } from 'vitest';
import { readSubscriptions } from '../../../../functions/domains/consent/actions.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { startApp } from '../../../support/app.ts';
import { personWith } from '../people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../requests.ts';

const SUBSCRIBE = '/api/profile-subscription-bulk-create-jobs';
const UNSUBSCRIBE = '/api/profile-subscription-bulk-delete-jobs';
const email = 'ada@example.com';
const phone_number = '+4930123456';

test('reports every problem at its place, and stores nothing', async () => {
  const app = await startApp(consent);
  const people = [
    { email: 'nobody', subscriptions: subscribeTo('email.marketing') },
    { email, subscriptions: subscribeTo('sms.marketing@2020-01-01T00:00:00Z') },
    { email, subscriptions: {} },
    { phone_number, subscriptions: { sms: { marketing: { consent: 'MAYBE' } } } },
    { email, subscriptions: subscribeTo('email.marketing@1989-12-31T00:00:00Z') },
  ];
  const { status, body } = await app.post(SUBSCRIBE, bulk(people));
  expect(status).toBe(400);
  const at = (i: number, rest: string) => `/data/attributes/profiles/data/${i}/attributes${rest}`;
  const pointers = body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer);
  expect(new Set(pointers)).toEqual(
    new Set([
      at(0, '/email'),
      at(1, '/phone_number'),
      at(1, '/subscriptions/sms/marketing/consented_at'),
      at(2, '/subscriptions'),
      at(3, '/subscriptions/sms/marketing/consent'),
      at(4, '/subscriptions/email/marketing/consented_at'),
    ]),
  );
  expect(app.requests.filter((name) => name.includes('Write') || name.startsWith('Put'))).toEqual([]);
});

test.each([
  ['no time', subscribeTo('sms.marketing')],
  ['a time to come', subscribeTo('sms.marketing@2027-01-01T00:00:00Z')],
])('refuses a historical import with %s', async (_, subscriptions) => {
  const app = await startApp(consent);
  const { status, body } = await app.post(SUBSCRIBE, bulk([{ phone_number, subscriptions }], { historical: true }));
  expect(status).toBe(400);
  expect(body.errors.map(({ source }: { source: object }) => source)).toEqual([
    { pointer: '/data/attributes/profiles/data/0/attributes/subscriptions/sms/marketing/consented_at' },
  ]);
});

test('requires the address besides a profile id, and points to an unknown id', async () => {
  const app = await startApp(consent);
  const ada = await personWith({ email }, app.context());
  const { id } = ada;
  const { status, body } = await app.post(
    SUBSCRIBE,
    bulk([
      { id, subscriptions: subscribeTo('email.marketing', 'sms.marketing') },
      { id: 'nobody', subscriptions: subscribeTo('email.marketing') },
    ]),
  );
  expect(status).toBe(400);
  expect(body.errors.map(({ source }: { source: object }) => source)).toEqual([
    { pointer: '/data/attributes/profiles/data/0/attributes/phone_number' },
    { pointer: '/data/attributes/profiles/data/1/id' },
  ]);
  const { marketing } = (await readSubscriptions(ada, app.context())).email;
  expect(marketing.consent).toBe('NEVER_SUBSCRIBED');
});

test.each([
  [SUBSCRIBE, 1_001, 'create' as const],
  [UNSUBSCRIBE, 101, 'delete' as const],
])('%s refuses %i profiles', async (path, count, type) => {
  const app = await startApp(consent);
  const change = type === 'create' ? subscribeTo : unsubscribeFrom;
  const people = Array.from({ length: count }, (_, i) => ({
    email: `p${i}@example.com`,
    subscriptions: change('email.marketing'),
  }));
  const { status, body } = await app.post(path, bulk(people, { type }));
  expect(status).toBe(400);
  expect(body.errors[0].source.pointer).toBe('/data/attributes/profiles/data');
});
