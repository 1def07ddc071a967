import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import { applyMailNotice } from '../../../../functions/domains/consent/suppressions/mail-notices.ts';
import { startImports } from '../../imports/start-imports.ts';
import { profile } from '../people.ts';

/** One mailbox, as browsers, keyboards, spreadsheets and mail servers spell it. */
const spellings = [
  'ada@bücher.example',
  'ADA@XN--BCHER-KVA.example',
  'ada@bu\u0308cher.example',
  'ａｄａ＠bücher．example',
  '\u200bada@bücher。example\u00a0',
];
const ascii = 'ada@xn--bcher-kva.example';

const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
const leaving = { email: { marketing: { consent: 'UNSUBSCRIBED' } } };
const job = (kind: 'create' | 'delete', attributes: object) => ({
  data: {
    type: `profile-subscription-bulk-${kind}-job`,
    attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
  },
});
const by = (email: string) => `/api/profiles?filter=${encodeURIComponent(`equals(email,"${email}")`)}`;

test('treats all spellings of a mailbox as one, in every write and query', async () => {
  const app = await startImports();
  const { id } = (await app.post('/api/profiles', profile({ email: spellings[0] }))).body.data;
  for (const email of spellings) {
    expect(
      (await app.post('/api/profile-import', profile({ email, first_name: email.slice(0, 1) }))).body.data.id,
    ).toBe(id);
    const answer = await app.post(`/client/profiles?company_id=${app.account}`, profile({ email }), {});
    expect(answer.status).toBe(202);
    expect((await app.get(by(email))).body.data.map((one: { id: string }) => one.id)).toEqual([id]);
  }
  const { attributes } = await app.drop(
    'profiles/a.csv',
    `Email,City\n${spellings.map((one) => `${one},Ulm\n`).join('')}`,
  );
  expect(attributes).toMatchObject({ created_count: 0, failed_count: 0 });
  await app.put('profiles/b.mapping.json', JSON.stringify({ constants: { Email: spellings[3] } }));
  expect((await app.drop('profiles/b.csv', 'City\nBonn\n')).attributes).toMatchObject({ updated_count: 1 });

  const all = (await app.get('/api/profiles')).body.data;
  expect(all.map((one: { attributes: object }) => one.attributes)).toMatchObject([{ email: ascii }]);
  expect(all[0].attributes.location.city).toBe('Bonn');
});

test('applies opt-outs, bounces and blocked values to every spelling', async () => {
  const app = await startImports();
  await app.post('/api/profile-subscription-bulk-create-jobs', job('create', { email: spellings[0], subscriptions }));
  await app.post(
    '/api/profile-subscription-bulk-delete-jobs',
    job('delete', { email: spellings[3], subscriptions: leaving }),
  );
  const marketing = async () => (await app.profile(ascii)).attributes.subscriptions.email.marketing;
  expect((await marketing()).consent).toBe('UNSUBSCRIBED');

  await app.post('/api/profile-subscription-bulk-create-jobs', job('create', { email: spellings[1], subscriptions }));
  expect((await marketing()).can_receive_email_marketing).toBe(true);
  const bounce = {
    kind: 'bounce',
    isPermanent: true,
    isAboutContent: false,
    addresses: [ascii.toUpperCase()],
  } as const;
  const at = app.services.now();
  await applyMailNotice({ ...bounce, id: 'a', at, account: app.account }, app.services);
  expect((await marketing()).can_receive_email_marketing).toBe(false);

  await changeAccount(app.account, { blockedIdentifiers: ['Eve@Bücher.example'] }, app.services);
  app.at('2026-01-02T00:00:00Z');
  const refused = await app.post('/api/profiles', profile({ email: 'eve@xn--bcher-kva.example' }));
  expect(refused.status).toBe(400);
});

const broken = [
  '“ada@example.com”',
  'ada@example.com!',
  'ada@example.com/',
  'ada@exam|ple.com',
  'ada@example.com%20',
  "'ada@example.com'",
  `${'a'.repeat(65)}@example.com`,
  'ada@-example.com',
];

test('refuses invalid addresses in every write', async () => {
  const app = await startImports();
  for (const email of broken) {
    const answers = [
      await app.post('/api/profiles', profile({ email })),
      await app.post(`/client/profiles?company_id=${app.account}`, profile({ email }), {}),
      await app.post('/api/profile-subscription-bulk-create-jobs', job('create', { email, subscriptions })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  }
  const { attributes } = await app.drop('profiles/a.csv', `Email\n${broken.join('\n')}\n`);
  expect(attributes).toMatchObject({ created_count: 0, failed_count: broken.length });
});
