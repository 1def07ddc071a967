import { expect, test } from 'vitest';
import { createPageLinks } from '../../../functions/api/pages/preferences.ts';
import { rotateSecret } from '../../../functions/domains/accounts/tokens/actions.ts';
import { readLedgerPage, readSubscriptions, readSuppressions } from '../../../functions/domains/consent/actions.ts';
import { isMember, joinList } from '../../../functions/domains/lists/actions.ts';
import { readIdentifierOwners } from '../../../functions/domains/profiles/records/resolve.ts';
import { personWith } from '../../domains/consent/people.ts';
import { startPages } from './visit.ts';

const email = 'ada@example.com';
const pathOf = (url: string) => new URL(url).pathname;

const start = async (settings: Parameters<typeof startPages>[0] = {}) => {
  const app = await startPages(settings);
  const context = app.context();
  const ada = await personWith({ email, phone_number: '+4930123456' }, context);
  await joinList({ listId: 'news', profileId: ada.id, at: new Date('2025-12-01') }, context);
  await app.form(`/pages/subscribe/${app.account}`, { email });
  const links = await createPageLinks({ profileId: ada.id, listId: 'news' }, context);
  const consents = async () => (await readSubscriptions(ada, context)).email;
  const newest = async () => (await readLedgerPage({ profileId: ada.id, size: 1 }, context)).items[0]?.entry;
  const isOnList = (listId = 'news') => isMember({ listId, profileId: ada.id }, context);
  return {
    app,
    context,
    ada,
    consents,
    newest,
    isOnList,
    preferences: pathOf(links.preferences_url),
    unsubscribe: pathOf(links.unsubscribe_url),
  };
};

test('a page subscribes immediately with single opt-in, with its texts as evidence', async () => {
  const { consents, newest } = await start();
  expect((await consents()).marketing).toMatchObject({ consent: 'SUBSCRIBED', method: 'FORM', double_optin: false });
  expect((await newest())?.evidence).toMatchObject({
    method: 'form',
    methodDetail: 'subscribe page',
    wording:
      'I agree that Test shop sends me marketing e-mails. I can withdraw this at any time by the link in every e-mail.',
    wordingVersion: 'en-4',
    wordingHash: expect.stringMatching(/^[\w-]{43}$/),
    ip: '192.0.2.1',
  });
});

test('changes nothing on GET', async () => {
  const { app, consents, preferences, unsubscribe, isOnList } = await start();
  for (const path of [preferences, unsubscribe]) {
    for (const method of ['GET', 'HEAD']) expect((await app.send(method, path)).status).toBe(200);
  }
  expect((await consents()).marketing.consent).toBe('SUBSCRIBED');
  expect(await isOnList()).toBe(true);
});

const boundary = 'xYz';
const oneClick = {
  urlencoded: ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  multipart: [
    `multipart/form-data; boundary=${boundary}`,
    `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`,
  ],
} as const;

test.each(Object.entries(oneClick))(
  'unsubscribes by one click (%s), without a redirect or a cookie',
  async (_, [type, body]) => {
    const { app, context, consents, newest, unsubscribe } = await start();
    const answer = await app.send('POST', unsubscribe, body, { 'content-type': type });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.headers).map((name) => name.toLowerCase())).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(location|set-cookie)$/)]),
    );
    expect((await consents()).marketing.consent).toBe('UNSUBSCRIBED');
    expect((await newest())?.evidence?.method).toBe('one_click_unsubscribe');
    const suppressed = await readSuppressions({ kind: 'email', value: email }, context);
    expect(suppressed.map(({ reason }) => reason)).toEqual(['UNSUBSCRIBE']);
    // A repeated request: some providers send it twice.
    expect((await app.send('POST', unsubscribe, body, { 'content-type': type })).status).toBe(200);
  },
);

test('leaves one list on the page, and by one click if the account is set so', async () => {
  const { app, consents, isOnList, unsubscribe } = await start();
  await app.form(unsubscribe, { only: 'list' });
  expect(await isOnList()).toBe(false);
  expect((await consents()).marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    list_suppressions: [{ list_id: 'news' }],
  });

  const other = await start({ unsubscribeFrom: 'list' });
  await other.app.form(other.unsubscribe, { 'List-Unsubscribe': 'One-Click' });
  expect([await other.isOnList(), (await other.consents()).marketing.consent]).toEqual([false, 'SUBSCRIBED']);
});

test('ends everything at once', async () => {
  const { app, consents, preferences } = await start();
  await app.form(preferences, { topic: 'email#marketing', list: 'news', all: 'yes' });
  expect((await consents()).marketing.consent).toBe('UNSUBSCRIBED');
});

test('does not overwrite newer changes from a page that was opened before', async () => {
  const { app, context, ada, preferences, isOnList } = await start();
  const { body } = await app.get(preferences);
  const fields = new URLSearchParams([['topic', 'email#marketing']]);
  for (const [, shown = ''] of body.matchAll(/name="shown" value="([^"]+)"/g)) fields.append('shown', shown);
  expect(fields.getAll('shown')).toEqual(['topic:email#marketing', 'list:news']);
  await joinList({ listId: 'other', profileId: ada.id, at: new Date() }, context);
  await app.send('POST', preferences, `${fields}`, { 'content-type': 'application/x-www-form-urlencoded' });
  expect(await isOnList('news')).toBe(false);
  expect(await isOnList('other')).toBe(true);
});

test('does not record unchanged preferences again, and leaves an unticked list', async () => {
  const { app, newest, preferences, isOnList } = await start();
  const before = await newest();
  await app.form(preferences, { topic: 'email#marketing', list: 'news' });
  expect([await newest(), await isOnList()]).toEqual([before, true]);
  app.at('2026-01-02T00:00:00Z');
  await app.form(preferences, { topic: 'email#marketing' });
  expect([(await newest())?.to, await isOnList()]).toEqual(['UNSUBSCRIBED', false]);
});

test('subscribes no one to topics that a page did not offer', async () => {
  const { app, context, ada, preferences } = await start();
  await app.form(preferences, { topic: 'sms#marketing', list: 'other' });
  const subscriptions = await readSubscriptions(ada, context);
  expect(subscriptions.sms.marketing.consent).toBe('NEVER_SUBSCRIBED');
  expect(await isMember({ listId: 'other', profileId: ada.id }, context)).toBe(false);
});

test('ends links when their secret is revoked, and accepts them in one account only', async () => {
  const { app, context, preferences, unsubscribe } = await start();
  const elsewhere = await startPages();
  expect((await app.get(unsubscribe.replace(app.account, elsewhere.account))).status).toBe(404);
  await rotateSecret({ purpose: 'preferences', revoke: true }, context);
  expect((await app.get(preferences)).status).toBe(404);
});

test('sends self-contained pages without referrer and without permissions', async () => {
  const { app, preferences } = await start({ pageLogo: 'https://shop.example/logo.png', pageColor: '#ff0000' });
  const { headers, body } = await app.get(preferences);
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src https:\/\/shop\.example\/logo\.png; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  );
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(body).toContain('<img src="https://shop.example/logo.png" alt="Test shop">');
  expect(body).not.toMatch(/<script|<link|javascript:/);
});

test("escapes the visitor's input", async () => {
  const app = await startPages({ pageFooter: '<b>Footer</b> & "more"' });
  const { status, body } = await app.form(`/pages/subscribe/${app.account}`, { email: '"><script>alert(1)</script>' });
  expect(status).toBe(400);
  expect(body).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(body).toContain('&lt;b&gt;Footer&lt;/b&gt; &amp; &quot;more&quot;');
  expect(body).toContain('aria-invalid="true"');
});

test('thanks a bot that fills in the hidden field, without an effect', async () => {
  const app = await startPages();
  const robot = 'robot@example.com';
  const { status, body } = await app.form(`/pages/subscribe/${app.account}`, {
    email: robot,
    website: 'http://spam.example',
  });
  expect([status, body]).toEqual([200, expect.stringContaining('You are subscribed')]);
  expect(await readIdentifierOwners({ email: robot }, app.context())).toEqual([
    expect.not.objectContaining({ owner: expect.anything() }),
  ]);
});

test('shows a page for each list, and none for an unknown one', async () => {
  const { app, context } = await start();
  const other = 'other@example.com';
  expect((await app.get(`/pages/subscribe/${app.account}/news`)).status).toBe(200);
  await app.form(`/pages/subscribe/${app.account}/news`, { email: other });
  const person = await personWith({ email: other }, context);
  expect(await isMember({ listId: 'news', profileId: person.id }, context)).toBe(true);

  const { body } = await app.get(`/pages/subscribe/${app.account}/nothing`);
  expect(body).toContain('<p class="shop">Test shop</p>');
});

test('lets the account switch pages off', async () => {
  const { app, preferences } = await start();
  app.serveWith({ settings: { hidesPages: true } });
  expect((await app.get(preferences)).status).toBe(404);
});

test.each([
  ['', 'en'],
  ['de', 'de'],
  ['fr, de-CH;q=0.7, en;q=0.5', 'de'],
  ['de;q=0, en', 'en'],
  ['*', 'en'],
  ['de;q=0.3,en;q=0.4', 'en'],
])('answers Accept-Language %j in %s', async (header, language) => {
  const app = await startPages();
  expect((await app.get(`/pages/subscribe/${app.account}`, { 'accept-language': header })).body).toContain(
    `<html lang="${language}">`,
  );
});

test('lets the account choose one language and its own sentence', async () => {
  const app = await startPages({ pageLanguage: 'de', pageConsent: 'Ja, {shop} darf <mir> schreiben.' });
  const { body } = await app.get(`/pages/subscribe/${app.account}`, { 'accept-language': 'en' });
  expect(body).toContain('<html lang="de">');
  expect(body).toContain('Ja, {shop} darf &lt;mir&gt; schreiben.');
});
