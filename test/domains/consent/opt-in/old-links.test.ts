import { expect, test } from 'vitest';
import { createPageLinks } from '../../../../functions/api/pages/preferences.ts';
import type { Context } from '../../../../functions/domains/accounts/context.ts';
import { rotateSecret, signToken } from '../../../../functions/domains/accounts/tokens/actions.ts';
import { readLedgerPage, readSubscriptions } from '../../../../functions/domains/consent/actions.ts';
import { ensureList } from '../../../../functions/domains/lists/actions.ts';
import { deleteList } from '../../../../functions/domains/lists/delete.ts';
import { erasure } from '../../../../functions/domains/privacy/erase.ts';
import { startDeletion } from '../../../../functions/domains/privacy/erasures.ts';
import { upsertProfile } from '../../../../functions/domains/profiles/actions.ts';
import { mergeProfiles } from '../../../../functions/domains/profiles/merge/actions.ts';
import type { UpsertRules } from '../../../../functions/domains/profiles/plan.ts';
import { findProfile, readIdentifierOwners } from '../../../../functions/domains/profiles/records/resolve.ts';
import type { Account } from '../../../../functions/model/account.ts';
import { linkIn, startPages } from '../../../api/pages/visit.ts';
import { expireItems } from '../../../support/expire.ts';
import { personWith } from '../people.ts';
import { bulk, subscribeTo } from '../requests.ts';

const LATER = '2029-01-01T00:00:00Z';
const oneClick = { 'List-Unsubscribe': 'One-Click' };
let count = 0;
const newAddress = () => `old${count++}.${process.pid}@example.com`;
const pathOf = (url: string) => new URL(url).pathname;

const start = async (settings: Partial<Account> = {}) => {
  const app = await startPages({ optInProcess: 'double_opt_in', ...settings });
  const context = app.context();
  const idOf = async (email: string) => (await readIdentifierOwners({ email }, context))[0]?.owner ?? '';
  const consentOf = async (profileId: string) => {
    const profile = await findProfile(profileId, context);
    return profile && (await readSubscriptions(profile, context)).email.marketing.consent;
  };
  /** The links of the confirmation mail of a new subscription. */
  const subscribe = async (email: string) => {
    await app.post(
      '/api/profile-subscription-bulk-create-jobs',
      bulk([{ email, subscriptions: subscribeTo('email.marketing') }]),
    );
    await app.deliver();
    const text = (await app.mailsTo(email)).at(-1)?.BodyText ?? '';
    return { confirm: linkIn(text, 'confirm'), unsubscribe: linkIn(text, 'unsubscribe') };
  };
  /** Lets time pass, and expires all items due. */
  const expire = (at = LATER) => {
    app.at(at);
    return expireItems(app.client, app.tableName, new Date(at));
  };
  return { app, context, idOf, consentOf, subscribe, expire };
};

const subscribed = async (email: string, context: Context) => {
  const person = await personWith({ email }, context);
  const links = await createPageLinks({ profileId: person.id, listId: 'news' }, context);
  return { person, preferences: pathOf(links.preferences_url), unsubscribe: pathOf(links.unsubscribe_url) };
};

const changeAddress = (id: string, email: string, context: Context) =>
  upsertProfile({ id, identifiers: { email }, fields: {} }, { onConflict: 'refuse', caller: 'trusted' }, context);

test('unsubscribes by a confirmation mail years after its opt-in expired, by one click and on the page', async () => {
  for (const fields of [oneClick, {}]) {
    const { app, idOf, consentOf, subscribe, expire, context } = await start();
    const email = newAddress();
    const { confirm, unsubscribe } = await subscribe(email);
    await app.form(confirm, {});
    const profileId = await idOf(email);
    expect(await consentOf(profileId)).toBe('SUBSCRIBED');
    expect(await expire()).toContain('pending_opt_in');
    expect((await app.get(unsubscribe)).status).toBe(200);
    const { status, body } = await app.form(unsubscribe, fields);
    expect([status, body]).toEqual([200, expect.stringContaining('You are unsubscribed')]);
    expect(await consentOf(profileId)).toBe('UNSUBSCRIBED');
    const topic = { channel: 'email', type: 'marketing' } as const;
    // With the suppression of the address, at the same moment.
    const newest = (await readLedgerPage({ profileId, ...topic, size: 2 }, context)).items.map(({ entry }) => entry);
    expect(newest).toContainEqual(expect.objectContaining({ to: 'UNSUBSCRIBED', at: new Date(LATER).toISOString() }));
  }
});

test('unsubscribes a person who never confirmed it and subscribed otherwise, before or after it expired', async () => {
  for (const isExpired of [true, false]) {
    const { app, idOf, consentOf, subscribe, expire } = await start();
    const email = newAddress();
    const { unsubscribe } = await subscribe(email);
    const subscriptions = subscribeTo('email.marketing@2025-01-01T00:00:00Z');
    await app.post(
      '/api/profile-subscription-bulk-create-jobs',
      bulk([{ email, subscriptions }], { historical: true }),
    );
    const profileId = await idOf(email);
    expect(await consentOf(profileId)).toBe('SUBSCRIBED');
    if (isExpired) await expire();
    expect((await app.form(unsubscribe, oneClick)).body).toContain('You are unsubscribed');
    expect(await consentOf(profileId)).toBe('UNSUBSCRIBED');
  }
});

test('unsubscribes the person who confirmed it and changed the address, and its present owner', async () => {
  const { app, idOf, consentOf, subscribe, expire, context } = await start();
  const [email, next] = [newAddress(), newAddress()];
  const { confirm, unsubscribe } = await subscribe(email);
  await app.form(confirm, {});
  const profileId = await idOf(email);
  await changeAddress(profileId, next, context);
  const other = await personWith({ email }, context);
  expect(other.id).not.toBe(profileId);
  await expire();
  await app.form(unsubscribe, oneClick);
  expect([await consentOf(profileId), await consentOf(other.id)]).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
});

test('reports that nothing was subscribed if nobody owns the address, and sends no confirmation', async () => {
  const { app, subscribe, expire } = await start();
  const email = newAddress();
  const { unsubscribe } = await subscribe(email);
  await expire();
  const { status, body } = await app.form(unsubscribe, oneClick);
  expect([status, body]).toEqual([200, expect.stringContaining('Nothing was subscribed')]);
  await subscribe(email);
  expect(await app.mailsTo(email)).toHaveLength(1);
});

test('reports a link without a known recipient as a failure', async () => {
  const { app, context } = await start();
  const token = await signToken({ purpose: 'preferences', claims: { o: '01JZZZZZZZZZZZZZZZZZZZZZZZ' } }, context);
  const gone = await signToken({ purpose: 'preferences', claims: { p: '01JZZZZZZZZZZZZZZZZZZZZZZZ' } }, context);
  for (const [page, one] of [
    ['unsubscribe', token],
    ['unsubscribe', gone],
    ['preferences', gone],
  ] as const) {
    const { status, body } = await app.form(`/pages/${page}/${app.account}/${one}`, oneClick);
    expect([status, body]).toEqual([410, expect.stringContaining('leads nowhere any more')]);
  }
});

test('unsubscribes after a merge, after an erasure and return, and for an address with a new owner', async () => {
  const { app, context, consentOf, expire, idOf } = await start({ optInProcess: 'single_opt_in' });
  const [merged, erased, moved] = [newAddress(), newAddress(), newAddress()];
  const [one, two, three] = [
    await subscribed(merged, context),
    await subscribed(erased, context),
    await subscribed(moved, context),
  ];
  const destination = await personWith({ email: newAddress() }, context);
  await mergeProfiles({ destination: destination.id, source: one.person.id, cause: 'request' }, context);

  app.at('2026-02-01T00:00:00Z');
  const deletion = await startDeletion({ kind: 'id', value: two.person.id }, context);
  const erasing = { ...app.services, queue: context.queue };
  await erasure.handle({ account: app.account, id: deletion.id }, erasing, { remainingMs: () => 60_000 });
  expect(await idOf(erased)).toBe('');
  // Now there is nothing to unsubscribe, and no page to choose on.
  expect((await app.form(two.unsubscribe, oneClick)).body).toContain('Nothing was subscribed');
  expect((await app.get(two.preferences)).status).toBe(410);

  await changeAddress(three.person.id, newAddress(), context);
  const heir = await personWith({ email: moved }, context);
  await expire();
  const came: UpsertRules = { onConflict: 'keep', caller: 'public', isVerifiedOwner: true };
  const { profile: again } = await upsertProfile({ identifiers: { email: erased }, fields: {} }, came, context);
  expect((await app.get(two.preferences)).status).toBe(200);
  for (const { unsubscribe } of [one, two, three])
    expect((await app.form(unsubscribe, oneClick)).body).toContain('You are unsubscribed');
  for (const { id } of [destination, again, three.person, heir])
    expect([id, await consentOf(id)]).toEqual([id, 'UNSUBSCRIBED']);
});

test('accepts links after a rotation of the secret, and with hidden pages of the account', async () => {
  const { app, context, consentOf, subscribe, idOf } = await start();
  const email = newAddress();
  const { confirm, unsubscribe } = await subscribe(email);
  await app.form(confirm, {});
  const other = await subscribed(newAddress(), context);
  for (let i = 0; i < 3; i++) await rotateSecret({ purpose: 'preferences', revoke: false }, context);
  app.at(LATER);
  app.serveWith({ settings: { hidesPages: true }, now: () => new Date(LATER) });
  expect((await app.get(other.preferences)).status).toBe(404);
  for (const link of [unsubscribe, other.unsubscribe]) {
    expect((await app.get(link)).status).toBe(200);
    const { body } = await app.form(link, oneClick);
    expect(body).toContain('You are unsubscribed');
    expect(body).not.toContain('/pages/preferences/');
  }
  expect([await consentOf(await idOf(email)), await consentOf(other.person.id)]).toEqual([
    'UNSUBSCRIBED',
    'UNSUBSCRIBED',
  ]);
  const hidden = { ...context, settings: { hidesPages: true } };
  await expect(createPageLinks({ profileId: other.person.id }, hidden)).rejects.toThrow('-c pages=false');
});

test('ends all marketing by one click for a deleted list, which would otherwise end nothing', async () => {
  const { app, context, consentOf } = await start({ optInProcess: 'single_opt_in', unsubscribeFrom: 'list' });
  await ensureList('news', context);
  const { person, unsubscribe } = await subscribed(newAddress(), context);
  await deleteList('news', context);
  await app.form(unsubscribe, oneClick);
  expect(await consentOf(person.id)).toBe('UNSUBSCRIBED');
});

test('encrypts the address in a link, and makes the same link each time', async () => {
  const { context, subscribe } = await start();
  const { person, unsubscribe } = await subscribed(newAddress(), context);
  const again = await createPageLinks({ profileId: person.id, listId: 'news' }, context);
  expect(pathOf(again.unsubscribe_url)).toBe(unsubscribe);
  for (const link of [unsubscribe, (await subscribe(newAddress())).unsubscribe]) {
    const [, body = ''] = link.split('/').at(-1)?.split('.') ?? [];
    const claims = Buffer.from(body, 'base64url').toString();
    expect(claims).toMatch(/"x":"[\w-]{40,}"/);
    expect(claims + Buffer.from(JSON.parse(claims).x, 'base64url')).not.toContain('example.com');
  }
});
