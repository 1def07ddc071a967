import { expect, test } from 'vitest';
import { ensureSecret } from '../../../functions/domains/accounts/tokens/actions.ts';
import {
  readConsentAt,
  readLedgerPage,
  readSubscriptions,
  suppress,
} from '../../../functions/domains/consent/actions.ts';
import type { SuppressionReason } from '../../../functions/domains/consent/records/suppression.ts';
import { isMember, joinList, readMembers } from '../../../functions/domains/lists/actions.ts';
import { consent } from '../../../functions/services/consent.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from './requests.ts';

const SUBSCRIBE = '/api/profile-subscription-bulk-create-jobs';
const UNSUBSCRIBE = '/api/profile-subscription-bulk-delete-jobs';
const [email, phone_number] = ['ada@example.com', '+4930123456'];
const address = { kind: 'email', value: email } as const;

const start = async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  const ada = () => personWith({ email }, context);
  return {
    ...app,
    context,
    subscribe: (person: object, options = {}) => app.post(SUBSCRIBE, bulk([{ ...person }], options)),
    unsubscribe: (person: object, options = {}) =>
      app.post(UNSUBSCRIBE, bulk([{ ...person }], { ...options, type: 'delete' })),
    ada,
    state: async () => readSubscriptions(await ada(), context),
    entries: async () => (await readLedgerPage({ profileId: (await ada()).id, size: 100 }, context)).items,
  };
};

const statuses = ({ email: mail, sms, mobile_push, whatsapp }: Awaited<ReturnType<typeof readSubscriptions>>) => ({
  'email.marketing': mail.marketing.consent,
  'email.open_tracking': mail.open_tracking.consent,
  'sms.marketing': sms.marketing.consent,
  'sms.transactional': sms.transactional.consent,
  'whatsapp.marketing': whatsapp.marketing.consent,
  'whatsapp.transactional': whatsapp.transactional.consent,
  'whatsapp.conversational': whatsapp.conversational.consent,
  'push.marketing': mobile_push.marketing.consent,
});
const nothing = {
  'email.marketing': 'NEVER_SUBSCRIBED',
  'email.open_tracking': 'NEVER_SUBSCRIBED',
  'sms.marketing': 'NEVER_SUBSCRIBED',
  'sms.transactional': 'NEVER_SUBSCRIBED',
  'whatsapp.marketing': 'NEVER_SUBSCRIBED',
  'whatsapp.transactional': 'NEVER_SUBSCRIBED',
  'whatsapp.conversational': 'NEVER_SUBSCRIBED',
  'push.marketing': 'NEVER_SUBSCRIBED',
};

test('stores an opt-in with its evidence in one read and one write, besides the lookup', async () => {
  const app = await start();
  await app.ada();
  await ensureSecret('receipt', app.context);
  await app.post(SUBSCRIBE, {});
  app.requests.length = 0;
  const { status, body } = await app.subscribe(
    { email, subscriptions: subscribeTo('email.marketing') },
    { source: 'Checkout', wording: 'Yes, mail me.' },
  );
  expect([status, body]).toEqual([202, undefined]);
  expect(app.requests).toEqual(['GetItemCommand', 'BatchGetItemCommand', 'TransactWriteItemsCommand']);
  expect((await app.state()).email.marketing).toEqual({
    can_receive_email_marketing: true,
    consent: 'SUBSCRIBED',
    consent_timestamp: '2026-01-01T00:00:00.000+00:00',
    last_updated: '2026-01-01T00:00:00.000+00:00',
    method: 'API',
    method_detail: app.key.slice(-4),
    custom_method_detail: 'Checkout',
    double_optin: false,
    suppression: [],
    list_suppressions: [],
  });
  expect(await app.entries()).toMatchObject([
    {
      kind: 'consent',
      entry: {
        from: 'NEVER_SUBSCRIBED',
        to: 'SUBSCRIBED',
        address,
        evidence: {
          method: 'api',
          keyId: app.keyId,
          ip: '192.0.2.1',
          userAgent: 'test',
          source: 'Checkout',
          wording: 'Yes, mail me.',
          wordingVersion: '7',
        },
      },
    },
  ]);
});

test.each([
  ['email.marketing'],
  ['email.open_tracking'],
  ['sms.marketing'],
  ['sms.transactional'],
  ['whatsapp.marketing'],
  ['whatsapp.transactional'],
  ['push.marketing'],
])('changes only the named topics: %s', async (topic) => {
  const app = await start();
  expect((await app.subscribe({ email, phone_number, subscriptions: subscribeTo(topic) })).status).toBe(202);
  expect(statuses(await app.state())).toEqual({ ...nothing, [topic]: 'SUBSCRIBED' });
});

test.each([['sms.marketing'], ['sms.transactional']])('an opt-out of %s ends all SMS', async (topic) => {
  const app = await start();
  const person = { email, phone_number };
  await app.subscribe({
    ...person,
    subscriptions: subscribeTo('sms.marketing', 'sms.transactional', 'whatsapp.marketing'),
  });
  await app.unsubscribe({ ...person, subscriptions: unsubscribeFrom(topic) });
  expect(statuses(await app.state())).toEqual({
    ...nothing,
    'sms.marketing': 'UNSUBSCRIBED',
    'sms.transactional': 'UNSUBSCRIBED',
    'whatsapp.marketing': 'SUBSCRIBED',
  });
});

test.each([
  ['UNSUBSCRIBE', []],
  ['SPAM_COMPLAINT', []],
  ['USER_SUPPRESSED', []],
  ['HARD_BOUNCE', ['HARD_BOUNCE']],
  ['INVALID_EMAIL', ['INVALID_EMAIL']],
] as const)('an opt-in leaves of the suppression %s: %j', async (reason: SuppressionReason, left) => {
  const app = await start();
  await suppress({ address, reason, at: new Date('2025-12-01T00:00:00Z') }, app.context);
  await app.subscribe({ email, subscriptions: subscribeTo('email.marketing') });

  const { suppression, can_receive_email_marketing } = (await app.state()).email.marketing;
  expect(suppression.map((one) => one.reason)).toEqual(left);
  expect(can_receive_email_marketing).toBe(left.length === 0);
});

test('does not lift a suppression by an older opt-in', async () => {
  const app = await start();
  await suppress({ address, reason: 'USER_SUPPRESSED', at: new Date('2025-12-01T00:00:00Z') }, app.context);
  await app.subscribe(
    { email, subscriptions: subscribeTo('email.marketing@2020-01-01T00:00:00Z') },
    { historical: true },
  );
  expect((await app.state()).email.marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    can_receive_email_marketing: false,
  });
});

test('suppresses the address on an opt-out, and lifts it on a new opt-in', async () => {
  const app = await start();
  const person = { email };
  await app.subscribe({ ...person, subscriptions: subscribeTo('email.marketing') });
  app.at('2026-01-02T00:00:00Z');
  await app.unsubscribe({ ...person, subscriptions: unsubscribeFrom('email.marketing') });
  expect((await app.state()).email.marketing).toMatchObject({
    consent: 'UNSUBSCRIBED',
    can_receive_email_marketing: false,
    suppression: [{ reason: 'UNSUBSCRIBE', timestamp: '2026-01-02T00:00:00.000+00:00' }],
  });
  app.at('2026-01-03T00:00:00Z');
  await app.subscribe({ ...person, subscriptions: subscribeTo('email.marketing') });
  expect((await app.state()).email.marketing).toMatchObject({ consent: 'SUBSCRIBED', suppression: [] });

  const { id: profileId } = await app.ada();
  const ask = (at: string) =>
    readConsentAt({ profileId, channel: 'email', type: 'marketing', at: new Date(at) }, app.context);
  expect((await ask('2025-12-31T00:00:00Z')).because).toBe('never_subscribed');
  expect((await ask('2026-01-01T12:00:00Z')).allowed).toBe(true);
  expect((await ask('2026-01-02T12:00:00Z')).because).toBe('unsubscribed');
  expect((await ask('2026-01-03T00:00:00Z')).allowed).toBe(true);
});

test('records a consent older than the current state without a change', async () => {
  const app = await start();
  await app.unsubscribe({ email, subscriptions: unsubscribeFrom('email.marketing') });
  const old = { email, subscriptions: subscribeTo('email.marketing@2020-01-01T00:00:00Z') };
  await app.subscribe(old, { historical: true });
  await app.subscribe(old, { historical: true });

  expect((await app.state()).email.marketing.consent).toBe('UNSUBSCRIBED');
  const entries = (await app.entries()).filter(({ kind }) => kind === 'consent');
  expect(entries.map(({ entry }) => entry)).toMatchObject([
    { to: 'UNSUBSCRIBED' },
    { to: 'SUBSCRIBED', from: 'NEVER_SUBSCRIBED', at: '2020-01-01T00:00:00.000Z', isLate: true },
  ]);
  const { id: profileId } = await app.ada();
  const then = { profileId, channel: 'email', type: 'marketing', at: new Date('2021-01-01') } as const;
  expect((await readConsentAt(then, app.context)).allowed).toBe(true);
});

test('does not inherit consent from a replaced number', async () => {
  const app = await start();
  await app.subscribe({ email, phone_number, subscriptions: subscribeTo('sms.marketing') });
  const { id } = await app.ada();
  app.at('2026-01-02T00:00:00Z');
  await app.subscribe({ id, phone_number: '+4930654321', email, subscriptions: subscribeTo('email.marketing') });

  expect((await app.state()).sms.marketing).toMatchObject({
    can_receive_sms_marketing: false,
    consent: 'NEVER_SUBSCRIBED',
  });
  const ask = (at: string) =>
    readConsentAt({ profileId: id, channel: 'sms', type: 'marketing', at: new Date(at) }, app.context);
  expect((await ask('2026-01-03T00:00:00Z')).because).toBe('address_changed');
  expect((await ask('2026-01-01T12:00:00Z')).allowed).toBe(true);
});

test('removes members from a list and keeps their consent; unsubscribes others; is idempotent', async () => {
  const app = await start();
  const bob = await personWith({ email: 'bob@example.com' }, app.context);
  const people = [{ email }, { email: 'bob@example.com' }];
  const subscribed = people.map((one) => ({ ...one, subscriptions: subscribeTo('email.marketing') }));
  await app.post(SUBSCRIBE, bulk(subscribed));
  app.at('2026-01-02T00:00:00Z');
  const { id: profileId } = await app.ada();
  await joinList({ listId: 'news', profileId, at: new Date() }, app.context);

  const body = bulk(
    people.map((one) => ({ ...one, subscriptions: unsubscribeFrom('email.marketing') })),
    { list: 'news', type: 'delete' },
  );
  await app.post(UNSUBSCRIBE, body);
  await app.post(UNSUBSCRIBE, body);

  expect(await isMember({ listId: 'news', profileId }, app.context)).toBe(false);
  expect((await app.state()).email.marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    list_suppressions: [{ list_id: 'news', reason: 'UNSUBSCRIBE' }],
  });
  expect((await readSubscriptions(bob, app.context)).email.marketing.consent).toBe('UNSUBSCRIBED');

  app.at('2026-01-03T00:00:00Z');
  await app.subscribe({ email, subscriptions: subscribeTo('email.marketing') }, { list: 'news' });
  expect((await app.state()).email.marketing.list_suppressions).toEqual([]);
  expect((await readMembers('news', { size: 10 }, app.context)).members).toMatchObject([{ profileId }]);
  expect((await app.entries()).map(({ entry }) => entry.to)).toEqual(['SUBSCRIBED', 'UNSUBSCRIBED', 'SUBSCRIBED']);
});
