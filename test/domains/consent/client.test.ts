import { expect, test } from 'vitest';
import { readLedgerPage, readSubscriptions } from '../../../functions/domains/consent/actions.ts';
import { isMember } from '../../../functions/domains/lists/actions.ts';
import { consent } from '../../../functions/services/consent.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';
import { subscribeTo } from './requests.ts';

const email = 'ada@example.com';
const phone_number = '+4930123456';

const start = async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const subscribe = (attributes: object, relationships: object = { list: { data: { type: 'list', id: 'news' } } }) =>
    app.post(`/client/subscriptions/?company_id=${app.account}`, {
      data: {
        type: 'subscription',
        attributes: {
          custom_source: 'Footer',
          wording: 'Yes, mail me.',
          wording_version: 'v2',
          profile: { data: { type: 'profile', attributes } },
        },
        relationships,
      },
    });
  return { ...app, context: app.context(), subscribe };
};

test('subscribes all given channels to marketing without `subscriptions`, with the form as evidence', async () => {
  const app = await start();
  const { status, body } = await app.subscribe(
    { email, phone_number, first_name: 'Ada' },
    {
      list: { data: { type: 'list', id: 'news' } },
      form: { data: { type: 'form', id: 'F1' } },
      'form-version': { data: { type: 'form-version', id: '7' } },
    },
  );
  expect([status, body]).toEqual([202, undefined]);

  const ada = await personWith({ email }, app.context);
  expect(ada).toMatchObject({ phone_number, first_name: 'Ada' });
  const { email: mail, sms } = await readSubscriptions(ada, app.context);
  expect(mail.marketing).toMatchObject({ consent: 'SUBSCRIBED', method: 'FORM', method_detail: 'F1' });
  expect([sms.marketing.consent, sms.transactional.consent]).toEqual(['SUBSCRIBED', 'NEVER_SUBSCRIBED']);
  expect(await isMember({ listId: 'news', profileId: ada.id }, app.context)).toBe(true);
  const { items } = await readLedgerPage({ profileId: ada.id, channel: 'email', size: 10 }, app.context);
  expect(items).toMatchObject([
    {
      entry: {
        evidence: {
          method: 'form',
          formId: 'F1',
          formVersion: '7',
          source: 'Footer',
          ip: '192.0.2.1',
          wording: 'Yes, mail me.',
          wordingVersion: 'v2',
        },
      },
    },
  ]);
});

test('applies consent for a number to the profile that owns it', async () => {
  const app = await start();
  const ada = await personWith({ email }, app.context);
  expect((await app.subscribe({ email, phone_number })).status).toBe(202);
  const owner = await personWith({ phone_number }, app.context);
  expect(owner.id).not.toBe(ada.id);
  expect((await readSubscriptions(ada, app.context)).sms.marketing.consent).toBe('NEVER_SUBSCRIBED');
  expect((await readSubscriptions(owner, app.context)).sms.marketing.can_receive_sms_marketing).toBe(true);
});

test('subscribes only the channels in `subscriptions`', async () => {
  const app = await start();
  await app.subscribe({ email, phone_number, subscriptions: subscribeTo('sms.transactional') });
  const { email: mail, sms } = await readSubscriptions(await personWith({ email }, app.context), app.context);
  expect([mail.marketing.consent, sms.marketing.consent, sms.transactional.consent]).toEqual([
    'NEVER_SUBSCRIBED',
    'NEVER_SUBSCRIBED',
    'SUBSCRIBED',
  ]);
});

test('accepts a wrong number that no channel needs', async () => {
  const app = await start();
  const person = { email, phone_number: '0171 nonsense', subscriptions: subscribeTo('email.marketing') };
  expect((await app.subscribe(person)).status).toBe(202);
  const ada = await personWith({ email }, app.context);
  expect(ada.phone_number).toBeUndefined();
  expect((await readSubscriptions(ada, app.context)).email.marketing.consent).toBe('SUBSCRIBED');
});

test('treats another address with an owned number as two people, each with their own consent', async () => {
  const app = await start();
  const ada = await personWith({ email, phone_number }, app.context);
  expect((await app.subscribe({ email: 'bob@example.com', phone_number, first_name: 'Bob' })).status).toBe(202);
  const bob = await personWith({ email: 'bob@example.com' }, app.context);
  expect(bob.id).not.toBe(ada.id);
  expect(await personWith({ email }, app.context)).toMatchObject({ id: ada.id, phone_number });
  expect((await personWith({ email }, app.context)).first_name).toBeUndefined();
  expect((await readSubscriptions(bob, app.context)).email.marketing.consent).toBe('SUBSCRIBED');
  const hers = await readSubscriptions(ada, app.context);
  expect([hers.email.marketing.consent, hers.sms.marketing.consent]).toEqual(['NEVER_SUBSCRIBED', 'SUBSCRIBED']);
});

const person = '/data/attributes/profile/data/attributes';

test.each([
  ['nobody', { first_name: 'Ada' }, undefined, [person]],
  ['no list', { email }, {}, ['/data/relationships/list']],
  [
    'no number, and a time',
    { email, subscriptions: subscribeTo('sms.marketing@2020-01-01T00:00:00Z') },
    undefined,
    [`${person}/phone_number`, `${person}/subscriptions/sms/marketing/consented_at`],
  ],
])('refuses a subscription with %s', async (_, attributes, relationships, pointers) => {
  const app = await start();
  const { status, body } = await app.subscribe(attributes, relationships);
  expect(status).toBe(400);
  expect(body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer)).toEqual(pointers);
});
