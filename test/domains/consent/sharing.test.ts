import { expect, test } from 'vitest';
import { createPageLinks } from '../../../functions/api/pages/preferences.ts';
import { verifyProfile } from '../../../functions/domains/consent/ledger/verify.ts';
import { startFaulty } from '../../faults/harness.ts';
import { personWith } from './people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from './requests.ts';

const email = 'ada@example.com';
const gpc = { 'sec-gpc': '1' };
const SHARING = 'sharing#advertising';
const CREATE = '/api/profile-subscription-bulk-create-jobs';
const DELETE = '/api/profile-subscription-bulk-delete-jobs';

/** A person, her links, and the actions of her and her browser, one a minute. */
const start = async () => {
  const app = await startFaulty({});
  const context = app.context();
  const { id } = await personWith({ email }, context);
  const preferences = new URL((await createPageLinks({ profileId: id }, context)).preferences_url).pathname;
  let minutes = 0;
  const later = () => app.at(new Date(Date.UTC(2026, 0, 1, 0, minutes++)).toISOString());
  const look = async (headers: Readonly<Record<string, string>> = {}): Promise<string> =>
    (await app.send('GET', preferences, undefined, headers)).body;
  const save = async (
    topics: readonly string[],
    headers: Readonly<Record<string, string>> = {},
    button: Readonly<Record<string, string>> = {},
  ) => {
    later();
    const ticked = topics.map((topic): [string, string] => ['topic', topic]);
    const fields = new URLSearchParams([...ticked, ...Object.entries(button)]);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return app.send('POST', preferences, `${fields}`, { ...type, ...headers });
  };
  const visit = async (headers: Readonly<Record<string, string>> = gpc): Promise<void> => {
    later();
    const profile = { data: { type: 'profile', attributes: { email } } };
    await app.post(`/client/profiles?company_id=${app.account}`, profile, headers);
  };
  const say = async (path: string, person: object, options: Parameters<typeof bulk>[1] = {}) => {
    later();
    return app.post(path, bulk([{ email, ...person }], { type: path === CREATE ? 'create' : 'delete', ...options }));
  };
  const held = async () => {
    const path = `/api/profiles/${id}/consent?channel=sharing&type=advertising`;
    const { consent, allowed, entry } = (await app.get(path)).body.data.attributes;
    return [consent, allowed, entry?.attributes.method];
  };
  const ledger = async () => {
    const path = `/api/profiles/${id}/consent-ledger?channel=sharing&type=advertising`;
    const { data } = (await app.get(path)).body;
    return data
      .map(({ attributes: told }: { readonly attributes: { readonly to: string; readonly method: string } }) => [
        told.to,
        told.method,
      ])
      .toReversed();
  };
  const isChained = async () => (await verifyProfile(id, context)).faults.length === 0;
  return { app, look, save, visit, say, held, ledger, isChained };
};

const isTicked = (page: string): boolean => page.includes(`value="${SHARING}" checked`);

test('asks only people who opted out; they can opt in on the page, with its wording as evidence', async () => {
  const { look, save, visit, held, ledger, isChained } = await start();
  expect(await look()).not.toContain(SHARING);
  await visit();
  expect(await look()).toContain('My data may be passed on to others');
  expect(isTicked(await look())).toBe(false);
  expect(await look()).not.toContain('Global Privacy Control');
  expect((await save([SHARING])).status).toBe(200);
  expect(await held()).toEqual(['SUBSCRIBED', true, 'preference_page']);
  expect(isTicked(await look())).toBe(true);
  await save([SHARING]);
  expect(await ledger()).toEqual([
    ['UNSUBSCRIBED', 'gpc'],
    ['SUBSCRIBED', 'preference_page'],
  ]);
  expect(await isChained()).toBe(true);
});

test('keeps an opt-out when the signal is absent', async () => {
  const { save, visit, say, held, ledger } = await start();
  await visit();
  await visit({});
  await visit({ 'sec-gpc': '0' });
  await save([]);
  await save(['email#marketing']);
  await say(CREATE, { subscriptions: subscribeTo('email.marketing'), signals: { gpc: false } });
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'gpc']);
  expect(await ledger()).toHaveLength(1);
});

test('opts out again by a later signal, by the page and by its button for everything', async () => {
  const { app, save, visit, held, ledger } = await start();
  await visit();
  await save([SHARING]);
  await visit();
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'gpc']);
  await save([SHARING]);
  await save([]);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'preference_page']);
  await save([SHARING]);
  expect((await save([SHARING], {}, { all: 'yes' })).status).toBe(200);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'preference_page']);
  expect(await ledger()).toHaveLength(7);
  expect(app.lines.filter((line) => line.includes('"error"'))).toEqual([]);
});

test('warns a person who opts in against the signal, and keeps that decision until they change it', async () => {
  const { look, save, visit, held, ledger, isChained } = await start();
  const page = await look(gpc);
  expect(page).toContain('Global Privacy Control');
  expect([page.includes(SHARING), isTicked(page)]).toEqual([true, false]);
  await save([SHARING], gpc);
  expect(isTicked(await look(gpc))).toBe(true);
  await visit();
  await visit();
  expect(await held()).toEqual(['SUBSCRIBED', true, 'preference_page']);
  expect(await ledger()).toEqual([
    ['UNSUBSCRIBED', 'gpc'],
    ['SUBSCRIBED', 'preference_page'],
  ]);
  await save([], gpc);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'preference_page']);
  await visit();
  expect(await ledger()).toHaveLength(3);
  expect(await isChained()).toBe(true);
});

test('shows an earlier opt-in as refused under the signal, and lets the person choose again', async () => {
  const { look, save, visit, held } = await start();
  await visit();
  await save([SHARING]);
  expect(isTicked(await look(gpc))).toBe(false);
  await save(['email#marketing'], gpc);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'gpc']);
});

test("accepts a server's opt-outs and opt-ins; the newest applies, and an older one is only recorded", async () => {
  const { visit, say, held, ledger } = await start();
  await visit();
  const optIn = { subscriptions: subscribeTo('sharing.advertising') };
  expect((await say(CREATE, optIn, { wording: 'Pass my data on.' })).status).toBe(202);
  expect(await held()).toEqual(['SUBSCRIBED', true, 'api']);
  await say(DELETE, { subscriptions: unsubscribeFrom('sharing.advertising') });
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'api']);
  const earlier = { subscriptions: subscribeTo('sharing.advertising@2025-01-01T00:00:00Z') };
  expect((await say(CREATE, earlier, { historical: true })).status).toBe(202);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'api']);
  expect(await ledger()).toHaveLength(4);

  await say(CREATE, { ...optIn, signals: { gpc: true } });
  await visit();
  expect(await held()).toEqual(['SUBSCRIBED', true, 'api']);
});

test('ignores the list: leaving one in the same call leaves it and opts out of sharing everywhere', async () => {
  const { app, say, held } = await start();
  await say(CREATE, { subscriptions: subscribeTo('email.marketing', 'sharing.advertising') }, { list: 'news' });
  await say(DELETE, { subscriptions: unsubscribeFrom('sharing.advertising') }, { list: 'news' });
  expect((await app.get('/api/lists/news/profiles')).body.data).toHaveLength(1);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'api']);
  await say(CREATE, { subscriptions: subscribeTo('sharing.advertising') });
  await say(DELETE, { subscriptions: unsubscribeFrom('email.marketing', 'sharing.advertising') }, { list: 'news' });
  expect((await app.get('/api/lists/news/profiles')).body.data).toHaveLength(0);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'api']);
});

test('lets a browser opt nobody in, as it proves no identity', async () => {
  const { app, visit, held } = await start();
  await visit();
  const attributes = {
    profile: { data: { type: 'profile', attributes: { email, subscriptions: subscribeTo('sharing.advertising') } } },
  };
  const relationships = { list: { data: { type: 'list', id: 'news' } } };
  const body = { data: { type: 'subscription', attributes, relationships } };
  await app.post(`/client/subscriptions?company_id=${app.account}`, body);
  expect(await held()).toEqual(['UNSUBSCRIBED', false, 'gpc']);
});
