import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { changeConsent, suppress } from '../../../../functions/domains/consent/actions.ts';
import { mergeProfiles } from '../../../../functions/domains/profiles/merge/actions.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { personWith } from '../people.ts';

interface Exported {
  readonly items: readonly Item[];
  readonly end: string | null;
  readonly faults: readonly object[];
}
interface Item {
  readonly chain: { readonly n: number; readonly previous: string; readonly hash: string };
}

/** Uses only the description in the export, and none of our code. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, one]) => [k, sorted(one)]),
  );
};
const endOf = ({ items }: Exported): string | null => {
  let end = '';
  for (const [i, { chain, ...item }] of items.entries()) {
    const { hash, ...place } = chain;
    expect(place).toEqual({ n: i + 1, previous: end });
    end = createHash('sha256')
      .update(JSON.stringify(sorted({ ...item, chain: place })))
      .digest('base64url');
    expect(hash).toBe(end);
  }
  return end === '' ? null : end;
};

const start = async () => {
  const app = await startApp(profiles);
  const context = app.context();
  const { id } = await personWith({ email: 'ada@example.com' }, context);
  const { id: source } = await personWith({ email: 'lovelace@example.com' }, context);
  const evidence = { method: 'form', wording: '<script>Yes</script>, “write” to me.' };
  const change = (profileId: string, to: 'SUBSCRIBED' | 'UNSUBSCRIBED', day: number) =>
    changeConsent(
      { profileId, channel: 'email', type: 'marketing', to, at: new Date(Date.UTC(2025, 0, day)), evidence },
      context,
    );
  await change(id, 'SUBSCRIBED', 1);
  await change(source, 'SUBSCRIBED', 2);
  await change(id, 'UNSUBSCRIBED', 3);
  await mergeProfiles({ destination: id, source, cause: 'request' }, context);
  const address = { kind: 'email', value: 'lovelace@example.com' } as const;
  await suppress({ address, reason: 'HARD_BOUNCE', at: new Date('2025-02-01') }, context);
  return { app, id, source };
};

test('exports all ledgers of a person, verifiable by their own description', async () => {
  const { app, id, source } = await start();
  for (const asked of [id, source]) {
    const { status, body } = await app.get(`/api/profiles/${asked}/consent/ledger`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ type: 'consent-ledger', id });
    const { ledgers } = body.data.attributes;
    // Of both profiles, and of both addresses.
    expect(ledgers.map(({ entries }: { entries: number }) => entries)).toEqual([2, 1, 1, 1]);
    for (const ledger of ledgers) {
      expect(endOf(ledger)).toBe(ledger.end);
      expect(ledger.faults).toEqual([]);
    }
  }
});

test('shows the same as a page, and escapes all markup', async () => {
  const { app, id } = await start();
  const { status, headers, body } = await app.get(`/api/profiles/${id}/consent/ledger.html`);
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  expect(body).toContain('email marketing, ada@example.com: SUBSCRIBED to UNSUBSCRIBED');
  expect(body).toContain('SUPPRESSED HARD_BOUNCE');
  expect(body).toContain('&lt;script&gt;Yes&lt;/script&gt;');
  expect(body).not.toContain('<script');
});

test('refuses a ledger that is too long for a response, and says what to do', async () => {
  const app = await startApp(profiles);
  const context = app.context();
  const { id } = await personWith({ email: 'ada@example.com' }, context);
  for (let day = 1; day <= 12; day++) {
    const to = day % 2 ? 'SUBSCRIBED' : 'UNSUBSCRIBED';
    const evidence = { method: 'form', wording: 'x'.repeat(300_000) };
    const told = { channel: 'sms', type: 'marketing', to, at: new Date(Date.UTC(2025, 0, day)), evidence } as const;
    await changeConsent({ profileId: id, ...told, address: { kind: 'phone_number', value: '+4930123456' } }, context);
  }
  for (const path of ['ledger', 'ledger.html']) {
    const { status, body } = await app.get(`/api/profiles/${id}/consent/${path}`);
    expect(status).toBe(400);
    expect(body.errors[0].detail).toContain(`npm run admin -- consent export ${id}`);
  }
});

test('returns no ledger for an unknown person', async () => {
  const app = await startApp(profiles);
  expect((await app.get('/api/profiles/01NOBODY/consent/ledger')).status).toBe(404);
  expect((await app.get('/api/profiles/01NOBODY/consent/ledger.html')).status).toBe(404);
});
