import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import {
  changeConsent,
  readLedgerPage,
  readSubscriptions,
  readSuppressions,
} from '../../../../functions/domains/consent/actions.ts';
import { verifyProfile } from '../../../../functions/domains/consent/ledger/verify.ts';
import { wordings } from '../../../../functions/domains/consent/opt-in/store.ts';
import { ensureList, readListsOf } from '../../../../functions/domains/lists/actions.ts';
import { readIdentifierOwners, readProfiles } from '../../../../functions/domains/profiles/records/resolve.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { linkIn, startPages } from '../../../api/pages/visit.ts';
import { startApp } from '../../../support/app.ts';
import { bulk, subscribeTo } from '../requests.ts';

const double = { optInProcess: 'double_opt_in' } as const;
let count = 0;
const newAddress = () => `ada${count++}.${process.pid}@example.com`;

const start = async () => {
  const app = await startPages(double);
  const context = app.context();
  const personOf = async (email: string) => {
    const [named] = await readIdentifierOwners({ email }, context);
    const [profile] = await readProfiles(named?.owner ? [named.owner] : [], context);
    return profile;
  };
  const consentOf = async (email: string) => {
    const profile = await personOf(email);
    return profile && (await readSubscriptions(profile, context)).email.marketing;
  };
  const subscribe = (email: string, list = 'news') =>
    app.post(
      '/api/profile-subscription-bulk-create-jobs',
      bulk([{ email, subscriptions: subscribeTo('email.marketing') }], { list }),
    );
  const linkTo = async (email: string) => linkIn((await app.mailsTo(email)).at(-1)?.BodyText ?? '', 'confirm');
  return { app, context, personOf, consentOf, subscribe, linkTo };
};

test('subscribes nothing and creates no profile before confirmation; then consent, list and evidence', async () => {
  const { app, context, personOf, consentOf, subscribe, linkTo } = await start();
  const email = newAddress();
  expect((await subscribe(email)).status).toBe(202);
  await app.deliver();
  expect(await personOf(email)).toBeUndefined();

  const [mail] = await app.mailsTo(email);
  expect(mail).toMatchObject({ Source: 'shop@example.com', Subject: 'Please confirm your subscription to Test shop' });
  expect(mail?.BodyHtml).toContain(await linkTo(email));

  const link = await linkTo(email);
  // A scanner opens it several times.
  for (let i = 0; i < 3; i++) expect((await app.get(link)).status).toBe(200);
  expect((await app.send('HEAD', link)).status).toBe(200);
  expect(await personOf(email)).toBeUndefined();

  app.at('2026-01-01T01:00:00Z');
  const confirmed = await app.form(link, {});
  expect(confirmed).toMatchObject({ status: 200, body: expect.stringContaining('You are subscribed') });
  expect(await consentOf(email)).toMatchObject({ consent: 'SUBSCRIBED', double_optin: true, method: 'API' });
  const profile = await personOf(email);
  expect((await readListsOf({ id: profile?.id ?? '' }, context)).map(({ id }) => id)).toEqual(['news']);

  const { items } = await readLedgerPage({ profileId: profile?.id ?? '', size: 10 }, context);
  expect(items).toHaveLength(1);
  const { evidence } = items[0]?.entry ?? {};
  expect(evidence).toMatchObject({
    wordingVersion: 'en-4',
    wording: expect.stringContaining('I agree that Test shop sends me'),
    ip: '192.0.2.1',
    request: { at: '2026-01-01T00:00:00.000Z', ip: '192.0.2.1' },
  });
  const hash = evidence?.wordingHash ?? '';
  expect((await app.table.get(wordings, { account: app.account, hash }))?.text).toContain('Confirm your subscription');
  expect(await verifyProfile(profile?.id ?? '', context)).toMatchObject({ faults: [] });
});

test('applies a link once, however often it is opened, and not against a later change', async () => {
  const { app, context, personOf, consentOf, subscribe, linkTo } = await start();
  const email = newAddress();
  await subscribe(email);
  await app.deliver();
  const link = await linkTo(email);
  await Promise.all(Array.from({ length: 5 }, () => app.form(link, {})));
  const profileId = (await personOf(email))?.id ?? '';
  expect((await readLedgerPage({ profileId, size: 10 }, context)).items).toHaveLength(1);

  const optOut = { channel: 'email', type: 'marketing', to: 'UNSUBSCRIBED', evidence: { method: 'api' } } as const;
  app.at('2026-01-01T02:00:00Z');
  await changeConsent({ profileId, ...optOut, at: new Date('2026-01-01T02:00:00Z') }, context);
  expect((await app.form(link, {})).body).toContain('confirmed before');
  expect((await consentOf(email))?.consent).toBe('UNSUBSCRIBED');
});

test('accepts a link for 72 hours, and never a changed one', async () => {
  const { app, consentOf, subscribe, linkTo } = await start();
  const email = newAddress();
  await subscribe(email);
  await app.deliver();
  const link = await linkTo(email);
  app.at('2026-01-04T00:00:00Z');
  expect((await app.form(link, {})).status).toBe(410);
  expect((await app.get(link)).status).toBe(410);
  app.at('2026-01-03T23:59:00Z');
  expect((await app.form(`${link.slice(0, -1)}x`, {})).status).toBe(404);
  expect(await consentOf(email)).toBeUndefined();
  expect((await app.form(link, {})).status).toBe(200);
  expect((await consentOf(email))?.consent).toBe('SUBSCRIBED');
});

test('sends a mail once for repeated messages, and again after a failure', async () => {
  const { app, subscribe } = await start();
  const email = newAddress();
  await subscribe(email);
  const messages = [...app.sent];
  const failing = { send: () => Promise.reject(new Error('SES is busy.')) };
  await app.deliver(undefined, { mail: failing });
  expect(await app.mailsTo(email)).toHaveLength(0);
  expect(app.sent).toMatchObject([{ ...messages[0], failed: 1 }]);
  await app.deliver();
  await app.deliver(messages);
  await app.deliver(messages);
  expect(await app.mailsTo(email)).toHaveLength(1);
});

test('sends an address three mails an hour, from any caller, without revealing it', async () => {
  const { app, context, subscribe } = await start();
  const email = newAddress();
  for (let i = 0; i < 5; i++) {
    await ensureList(`list${i}`, context);
    expect((await subscribe(email, `list${i}`)).status).toBe(202);
  }
  await app.deliver();
  expect(await app.mailsTo(email)).toHaveLength(3);
  app.at('2026-01-01T01:00:00Z');
  await subscribe(email);
  await app.deliver();
  expect(await app.mailsTo(email)).toHaveLength(4);
});

test('lets public calls send twenty mails an hour from one network', async () => {
  const { app } = await start();
  const ask = () => app.form(`/pages/subscribe/${app.account}`, { email: newAddress() });
  const answers = [];
  for (let i = 0; i < 21; i++) answers.push((await ask()).status);
  expect(answers).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
  expect((await app.post(`/client/subscriptions?company_id=${app.account}`, fromBrowser(newAddress()))).status).toBe(
    429,
  );
});

const fromBrowser = (email: string, more: object = {}) => ({
  data: {
    type: 'subscription',
    attributes: {
      profile: { data: { type: 'profile', attributes: { email, first_name: '<b>http://spam.example</b>', ...more } } },
    },
    relationships: { list: { data: { type: 'list', id: 'news' } } },
  },
});

test('holds a browser’s subscription too; stores its profile on confirmation, and never mails it', async () => {
  const { app, personOf, consentOf, linkTo } = await start();
  const email = newAddress();
  const answer = await app.post(`/client/subscriptions?company_id=${app.account}`, fromBrowser(email), {
    'accept-language': 'de-AT,de;q=0.9',
  });
  expect(answer.status).toBe(202);
  await app.deliver();
  expect(await personOf(email)).toBeUndefined();
  const [mail] = await app.mailsTo(email);
  expect(mail?.Subject).toBe('Bitte bestätige dein Abonnement bei Test shop');
  expect(`${mail?.BodyText}${mail?.BodyHtml}`).not.toContain('spam');

  expect((await app.form(await linkTo(email), {}, { 'accept-language': 'de' })).body).toContain('Abonnement bestätigt');
  expect(await personOf(email)).toMatchObject({ first_name: '<b>http://spam.example</b>' });
  expect(await consentOf(email)).toMatchObject({ consent: 'SUBSCRIBED', double_optin: true, method: 'FORM' });
});

test('subscribes SMS immediately: a mail proves nothing about a number', async () => {
  const { app, personOf, consentOf, context } = await start();
  const email = newAddress();
  const phone_number = '+4930123456';
  const subscriptions = subscribeTo('email.marketing', 'sms.marketing');
  await app.post('/api/profile-subscription-bulk-create-jobs', bulk([{ email, phone_number, subscriptions }]));
  const profile = await personOf(email);
  const stored = profile && (await readSubscriptions(profile, context));
  expect(stored).toMatchObject({
    sms: { marketing: { consent: 'SUBSCRIBED' } },
    email: { marketing: { consent: 'NEVER_SUBSCRIBED' } },
  });
  await app.deliver();
  expect(await app.mailsTo(email)).toHaveLength(1);
  expect((await consentOf(email))?.consent).toBe('NEVER_SUBSCRIBED');
});

test('holds no historical import and no subscription to a single opt-in list', async () => {
  const { app, consentOf } = await start();
  const email = newAddress();
  const subscriptions = subscribeTo('email.marketing@2020-01-01T00:00:00Z');
  await app.post('/api/profile-subscription-bulk-create-jobs', bulk([{ email, subscriptions }], { historical: true }));
  expect(await consentOf(email)).toMatchObject({ consent: 'SUBSCRIBED', double_optin: false });
  expect(app.sent).toEqual([]);
});

test('sends no more mails after "this was not me", by one click or on the page', async () => {
  const { app, context, consentOf, subscribe, linkTo } = await start();
  const email = newAddress();
  await subscribe(email);
  await app.deliver();
  const unsubscribe = linkIn((await app.mailsTo(email))[0]?.BodyText ?? '', 'unsubscribe');
  expect((await app.get(unsubscribe)).status).toBe(200);
  expect(await app.form(unsubscribe, { 'List-Unsubscribe': 'One-Click' })).toMatchObject({ status: 200 });
  expect((await app.form(await linkTo(email), {})).status).toBe(410);
  expect(await consentOf(email)).toBeUndefined();
  expect(await readSuppressions({ kind: 'email', value: email }, context)).toEqual([]);

  app.at('2026-02-01T00:00:00Z');
  expect((await subscribe(email)).status).toBe(202);
  await app.deliver();
  expect(await app.mailsTo(email)).toHaveLength(1);
});

test("unsubscribes a person who uses the mail program's button of the mail they confirmed", async () => {
  const { app, consentOf, subscribe, linkTo } = await start();
  const email = newAddress();
  await subscribe(email);
  await app.deliver();
  await app.form(await linkTo(email), {});
  expect((await consentOf(email))?.consent).toBe('SUBSCRIBED');
  app.at('2026-01-01T01:00:00Z');
  const unsubscribe = linkIn((await app.mailsTo(email))[0]?.BodyText ?? '', 'unsubscribe');
  for (let i = 0; i < 2; i++)
    expect((await app.form(unsubscribe, { 'List-Unsubscribe': 'One-Click' })).body).toContain('You are unsubscribed');
  expect(await consentOf(email)).toMatchObject({ consent: 'UNSUBSCRIBED', method: 'ONE_CLICK_UNSUBSCRIBE' });
});

test('refuses a list with double opt-in when there is no sender, and stores nothing', async () => {
  const app = await startApp(consent);
  await changeAccount(app.account, double, app.services);
  const people = [{ email: newAddress(), subscriptions: subscribeTo('email.marketing') }];
  const { status, body } = await app.post('/api/profile-subscription-bulk-create-jobs', bulk(people));
  expect([status, body.errors[0].detail]).toEqual([400, expect.stringContaining('-c mailFrom=')]);
});
