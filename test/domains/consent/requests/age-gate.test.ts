import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import { readLedgerPage, readSubscriptions } from '../../../../functions/domains/consent/actions.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { startApp } from '../../../support/app.ts';
import { personWith } from '../people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../requests.ts';

const person = { email: 'ada@example.com', phone_number: '+4930123456' };
const AGE = '/data/attributes/profiles/data/0/attributes/age_gated_date_of_birth';

const start = async (smsMinimumAge?: number) => {
  const app = await startApp(consent, { lists: ['news'] });
  if (smsMinimumAge !== undefined) await changeAccount(app.account, { smsMinimumAge }, app.services);
  const context = app.context();
  const say = (type: 'create' | 'delete', subscriptions: object, born?: unknown) =>
    app.post(
      `/api/profile-subscription-bulk-${type}-jobs`,
      bulk([{ ...person, subscriptions, ...(born !== undefined && { age_gated_date_of_birth: born }) }], { type }),
    );
  const fromBrowser = (born?: string) =>
    app.post(`/client/subscriptions?company_id=${app.account}`, {
      data: {
        type: 'subscription',
        attributes: {
          profile: {
            data: { type: 'profile', attributes: { ...person, ...(born && { age_gated_date_of_birth: born }) } },
          },
        },
        relationships: { list: { data: { type: 'list', id: 'news' } } },
      },
    });
  const ledger = async () => {
    const { id: profileId } = await personWith({ email: person.email }, context);
    return (await readLedgerPage({ profileId, size: 10 }, context)).items.map(({ entry }) => entry);
  };
  return { ...app, context, say, fromBrowser, ledger };
};

test('stores a date of birth as evidence of the consent it came with', async () => {
  const app = await start();
  expect((await app.say('create', subscribeTo('sms.marketing'), '1990-12-31')).status).toBe(202);
  expect(await app.ledger()).toMatchObject([{ to: 'SUBSCRIBED', evidence: { dateOfBirth: '1990-12-31' } }]);
});

test.each([
  ['none', undefined],
  ['that of a child', '2008-01-02'],
  ['that of tomorrow', '2026-01-02'],
  ['that is no day', '1990-02-31'],
  ['that is no text', 19901231],
])('the age gate refuses SMS with this date of birth: %s', async (_, born) => {
  const app = await start(18);
  const { status, body } = await app.say('create', subscribeTo('email.marketing', 'sms.marketing'), born);
  expect([status, body.errors.map((one: { source: object }) => one.source)]).toEqual([400, [{ pointer: AGE }]]);
  expect(await app.ledger()).toEqual([]);
});

test('the age gate accepts the exact birthday, and does not apply to e-mail or opt-outs', async () => {
  const app = await start(18);
  expect((await app.say('create', subscribeTo('email.marketing'))).status).toBe(202);
  expect((await app.say('create', subscribeTo('sms.marketing'), '2008-01-01')).status).toBe(202);
  expect((await app.say('delete', unsubscribeFrom('sms.marketing'))).status).toBe(202);
  expect((await app.say('delete', unsubscribeFrom('sms.marketing'), '2008-01-01')).status).toBe(400);
});

test('the age gate applies to browsers too', async () => {
  const app = await start(18);
  const { status, body } = await app.fromBrowser('2015-01-01');
  const pointer = '/data/attributes/profile/data/attributes/age_gated_date_of_birth';
  expect([status, body.errors[0].source]).toEqual([400, { pointer }]);
  expect((await app.fromBrowser()).status).toBe(400);
  expect((await app.fromBrowser('1990-01-01')).status).toBe(202);
  expect(await app.ledger()).toMatchObject([{ evidence: { dateOfBirth: '1990-01-01' } }, {}]);
});

test('permits statistics on clicks separately', async () => {
  const app = await start();
  expect((await app.say('create', subscribeTo('email.click_tracking'))).status).toBe(202);
  const { email } = await readSubscriptions(await personWith({ email: person.email }, app.context), app.context);
  expect([email.click_tracking.consent, email.open_tracking.consent, email.marketing.consent]).toEqual([
    'SUBSCRIBED',
    'NEVER_SUBSCRIBED',
    'NEVER_SUBSCRIBED',
  ]);
});
