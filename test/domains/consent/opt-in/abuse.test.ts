import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotateSecret } from '../../../../functions/domains/accounts/tokens/actions.ts';
import type { Challenge } from '../../../../functions/domains/consent/opt-in/challenge.ts';
import { readOptIns } from '../../../../functions/domains/consent/opt-in/read-by-person.ts';
import { ensureList } from '../../../../functions/domains/lists/actions.ts';
import { readIdentifierOwners } from '../../../../functions/domains/profiles/records/resolve.ts';
import { openMailDomains } from '../../../../functions/platform/mail/domains.ts';
import { startPages } from '../../../api/pages/visit.ts';
import { startDns } from '../../../platform/mail/dns-server.ts';
import { bulk, subscribeTo } from '../requests.ts';
import { solve } from './solve.ts';

let dns: Awaited<ReturnType<typeof startDns>>;
beforeAll(async () => {
  dns = await startDns({ 'example.com': [{ mx: 'mx.example.com' }], 'null.example': [{ mx: '.' }] });
});
afterAll(() => dns.stop());

const start = async (settings: Parameters<typeof startPages>[0] = {}) => {
  const app = await startPages(settings, { mailDomains: openMailDomains([dns.server]) });
  const challenge = async (): Promise<Challenge> => (await app.get(`/client/challenge?company_id=${app.account}`)).body;
  const fromApi = (email: string, more: object = {}) =>
    app.post(`/client/subscriptions?company_id=${app.account}`, {
      data: {
        type: 'subscription',
        attributes: { ...more, profile: { data: { type: 'profile', attributes: { email } } } },
        relationships: { list: { data: { type: 'list', id: 'news' } } },
      },
    });
  const fromForm = (email: string, more: Readonly<Record<string, string>> = {}) =>
    app.form(`/pages/subscribe/${app.account}`, { email, ...more });
  const fromServer = (email: string, options: Parameters<typeof bulk>[1] = {}, at = '') =>
    app.post(
      '/api/profile-subscription-bulk-create-jobs',
      bulk([{ email, subscriptions: subscribeTo(`email.marketing${at}`) }], options),
    );
  const isThere = async (email: string) =>
    (await readIdentifierOwners({ email }, app.context())).some(({ owner }) => owner);
  return { app, challenge, fromApi, fromForm, fromServer, isThere };
};

const reasonsIn = ({ body }: { readonly body: { errors: { meta: object; source: object }[] } }) =>
  body.errors.map(({ meta, source }) => [meta, source].map((one) => Object.values(one)[0]));

test('accepts one API subscription per solved challenge; ALTCHA’s own library solves it', async () => {
  const { challenge, fromApi, isThere } = await start({ proofOfWork: 'everywhere' });
  const altcha = await solve(await challenge());
  expect((await fromApi('ada@example.com', { altcha })).status).toBe(202);
  expect(await isThere('ada@example.com')).toBe(true);

  for (const email of ['ada@example.com', 'eve@example.com']) {
    const again = await fromApi(email, { altcha });
    expect([again.status, reasonsIn(again)]).toEqual([400, [['challenge_used', '/data/attributes/altcha']]]);
  }
  expect(await isThere('eve@example.com')).toBe(false);
});

test('accepts one of several simultaneous requests with one solution', async () => {
  const { challenge, fromApi, isThere } = await start({ proofOfWork: 'everywhere' });
  const altcha = await solve(await challenge());
  const emails = Array.from({ length: 6 }, (_, i) => `p${i}@example.com`);
  const answers = await Promise.all(emails.map((email) => fromApi(email, { altcha })));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  const there = await Promise.all(emails.map(isThere));
  expect(there.filter(Boolean)).toHaveLength(1);
});

test('refuses a solution that is wrong, late or of another account', async () => {
  const { app, challenge, fromApi, isThere } = await start({ proofOfWork: 'everywhere' });
  const given = await challenge();
  const altcha = await solve(given);
  const other = await start({ proofOfWork: 'everywhere' });
  const lazy = { challenge: given, solution: { counter: 1, derivedKey: 'ab'.repeat(32) } };
  const easy = { ...given, parameters: { ...given.parameters, keyPrefix: '0' } };
  const wrong = [
    'x',
    btoa('[]'),
    btoa(JSON.stringify(lazy)),
    await solve(easy),
    await solve(await other.challenge()),
    altcha.slice(8),
  ];
  for (const one of wrong)
    expect(reasonsIn(await fromApi('eve@example.com', { altcha: one }))[0]?.[0]).toBe('challenge_wrong');
  const missing = await fromApi('eve@example.com');
  expect(missing.body.errors[0].meta).toEqual({
    reason: 'challenge_missing',
    challenge: `https://api.test/client/challenge?company_id=${app.account}`,
  });

  app.at('2026-01-01T00:30:00Z');
  expect(reasonsIn(await fromApi('eve@example.com', { altcha }))[0]?.[0]).toBe('challenge_expired');
  app.at('2026-01-01T00:29:59Z');
  await rotateSecret({ purpose: 'challenge', revoke: true }, app.context());
  expect(reasonsIn(await fromApi('eve@example.com', { altcha }))[0]?.[0]).toBe('challenge_wrong');
  expect(await isThere('eve@example.com')).toBe(false);
});

test('keeps a solution valid after a refused request', async () => {
  const { app, challenge, fromApi } = await start({
    proofOfWork: 'everywhere',
    optInProcess: 'double_opt_in',
    confirmationLimits: { ip: 1 },
  });
  const [first, second] = [await solve(await challenge()), await solve(await challenge())];
  expect((await fromApi('ada@example.com', { altcha: first })).status).toBe(202);
  expect((await fromApi('eve@example.com', { altcha: second })).status).toBe(429);
  expect((await fromApi('not an address', { altcha: second })).status).toBe(400);
  app.at('2026-01-01T01:00:00Z');
  const late = await solve(await challenge());
  expect((await fromApi('eve@example.com', { altcha: late })).status).toBe(202);
  expect(app.sent).toHaveLength(2);
});

test('uses up a solution with what it stored, and keeps it valid for an unknown list', async () => {
  const { app, challenge } = await start({ proofOfWork: 'everywhere', optInProcess: 'double_opt_in' });
  await ensureList('list 1', app.context());
  const altcha = await solve(await challenge());
  const email = `paid.${process.pid}@example.com`;
  const ask = (list: string, phone_number: string) =>
    app.post(`/client/subscriptions?company_id=${app.account}`, {
      data: {
        type: 'subscription',
        attributes: { altcha, profile: { data: { type: 'profile', attributes: { email, phone_number } } } },
        relationships: { list: { data: { type: 'list', id: list } } },
      },
    });
  for (let i = 0; i < 4; i++) expect((await ask('no such list', '+4930123456')).status).toBe(400);
  await app.deliver();
  expect(await app.mailsTo(email)).toEqual([]);
  expect((await ask('list 1', '+4930123456')).status).toBe(202);
  expect(reasonsIn(await ask('list 1', '+4930123456'))[0]?.[0]).toBe('challenge_used');
  await app.deliver();
  expect(await app.mailsTo(email)).toHaveLength(1);

  // The message could not be sent, or its response was lost.
  const second = await start({ proofOfWork: 'everywhere' });
  const work = await solve(await second.challenge());
  const failing = () => ({ send: () => Promise.reject(new Error('SQS is away.')) });
  second.app.serveWith({ queue: failing });
  expect((await second.fromApi(email, { altcha: work })).status).toBe(500);
  second.app.serveWith({ queue: second.app.context().queue });
  expect(reasonsIn(await second.fromApi(email, { altcha: work }))[0]?.[0]).toBe('challenge_used');
});

test('requires a challenge as the account sets it: nowhere, on the form, everywhere', async () => {
  for (const [proofOfWork, form, api] of [
    [undefined, 200, 202],
    ['off', 200, 202],
    ['form', 400, 202],
    ['everywhere', 400, 400],
  ] as const) {
    const { fromForm, fromApi, fromServer } = await start(proofOfWork ? { proofOfWork } : {});
    const statuses = [
      await fromForm('a@example.com'),
      await fromApi('b@example.com'),
      await fromServer('c@example.com'),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([form, api, 202]);
  }
});

test('answers a bot in the hidden field as any caller, on the form and by the API, and stores nothing', async () => {
  const { app, fromForm, fromApi, isThere } = await start();
  const honest = [await fromForm('a@example.com'), await fromApi('b@example.com')];
  app.sent.splice(0);
  const program = [
    await fromForm('c@example.com', { website: 'https://spam.example' }),
    await fromApi('d@example.com', { website: 'https://spam.example' }),
  ];
  expect(program.map(({ status, body }) => [status, body])).toEqual(honest.map(({ status, body }) => [status, body]));
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => isThere(`${name}@example.com`)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(app.sent).toEqual([]);
});

const disposable = 'eve@mailinator.com';
const mailless = 'eve@null.example';

test('refuses disposable mailboxes and domains without mail as the account sets it: never, public calls, all', async () => {
  for (const [setting, isPublic, isServer] of [
    ['off', false, false],
    ['public', true, false],
    ['everywhere', true, true],
  ] as const) {
    const { fromForm, fromApi, fromServer, isThere } = await start({
      refuseDisposable: setting,
      checkMailDomain: setting,
    });
    for (const [email, reason] of [
      [disposable, 'disposable'],
      ['eve@a.b.mailinator.com', 'disposable'],
      [mailless, 'takes_no_mail'],
    ] as const) {
      const [form, api] = [await fromForm(email), await fromApi(email)];
      expect([form.status, api.status]).toEqual(isPublic ? [400, 400] : [200, 202]);
      const pointer = '/data/attributes/profile/data/attributes/email';
      if (isPublic) expect(reasonsIn(api)).toEqual([[reason, pointer]]);
      if (isPublic) expect(await isThere(email)).toBe(false);
      const server = await fromServer(email);
      expect(server.status).toBe(isServer ? 400 : 202);
      if (isServer) expect(reasonsIn(server)).toEqual([[reason, '/data/attributes/profiles/data/0/attributes/email']]);
      // A historical import is not checked.
      expect((await fromServer(email, { historical: true }, '@2020-01-01T00:00:00Z')).status).toBe(202);
    }
    expect((await fromApi('ada@example.com')).status).toBe(202);
  }
});

test("reports all reasons against a subscription at once; the form shows one in the reader's language", async () => {
  const { fromApi, fromForm } = await start({ proofOfWork: 'everywhere', refuseDisposable: 'public' });
  expect(reasonsIn(await fromApi(disposable)).map(([reason]) => reason)).toEqual(['challenge_missing', 'disposable']);
  const german = await start({ refuseDisposable: 'public', checkMailDomain: 'public', pageLanguage: 'de' });
  expect((await german.fromForm(disposable)).body).toContain('Wegwerf-Postfächern');
  expect((await german.fromForm(mailless)).body).toContain('kommt keine E-Mail an');
  expect((await fromForm('ada@example.com')).body).toContain('that you are not a program');
});

test("applies the account's limits: by address, network and list", async () => {
  const { app, fromForm, fromServer } = await start({
    optInProcess: 'double_opt_in',
    confirmationLimits: { address: 1, ip: 2, list: 3 },
  });
  const form = [];
  for (const name of ['a', 'a', 'b']) form.push(await fromForm(`${name}@example.com`));
  expect(form.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(form[2]?.body).toContain('Too many confirmations');
  // The second mail to one address was not sent, and the response does not show it.
  const optIns = await readOptIns(['a@example.com'], app.context());
  expect(optIns.map(({ status, result }) => result ?? status).toSorted()).toEqual(['pending', 'rejected']);

  await ensureList('other', app.context());
  const list = [];
  for (const name of ['d', 'e', 'f', 'g']) list.push(await fromServer(`${name}@example.com`, { list: 'news' }));
  expect(list.map(({ status }) => status)).toEqual([202, 202, 202, 429]);
  expect(list[3]?.body.errors[0].detail).toContain('for this list');
  expect(list[3]?.headers['Retry-After']).toBe('3600');
  expect((await fromServer('g@example.com', { list: 'other' })).status).toBe(202);
  app.at('2026-01-01T01:00:00Z');
  expect((await fromServer('g@example.com', { list: 'news' })).status).toBe(202);
});
