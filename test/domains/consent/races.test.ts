import { expect, test } from 'vitest';
import {
  changeConsent,
  readLedgerPage,
  readSubscriptions,
  suppress,
  unsuppress,
} from '../../../functions/domains/consent/actions.ts';
import type { ConsentChange } from '../../../functions/domains/consent/records/consent.ts';
import { joinList, readMembers } from '../../../functions/domains/lists/actions.ts';
import { consent } from '../../../functions/services/consent.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';
import { bulk, subscribeTo } from './requests.ts';

const email = 'ada@example.com';
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const start = async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  const ada = await personWith({ email }, context);
  const change: ConsentChange = {
    profileId: ada.id,
    channel: 'email',
    type: 'marketing',
    to: 'SUBSCRIBED',
    at: new Date('2025-06-01T00:00:00Z'),
    evidence: { method: 'form' },
  };
  const entries = async () => (await readLedgerPage({ profileId: ada.id, size: 100 }, context)).items;
  const consents = async () => (await entries()).flatMap((told) => (told.kind === 'consent' ? [told.entry] : []));
  return { app, context, ada, change, entries, consents };
};

test('stores one state and one entry for five simultaneous opt-ins', async () => {
  const { app, consents } = await start();
  const body = bulk([{ email, subscriptions: subscribeTo('email.marketing') }], { list: 'news' });
  const answers = await Promise.all(times(5, () => app.post('/api/profile-subscription-bulk-create-jobs', body)));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(await consents()).toHaveLength(1);
});

test('applies a change with an id again with one entry, whenever it comes', async () => {
  const { context, change, consents } = await start();
  const named = { ...change, entryId: 'import:1#7' };
  const outcomes = await Promise.all(times(5, () => changeConsent(named, context)));
  expect(new Set(outcomes)).toEqual(new Set(['applied']));
  const later: ConsentChange = { ...change, to: 'UNSUBSCRIBED', at: new Date('2025-07-01T00:00:00Z'), entryId: '2' };
  expect(await changeConsent(later, context)).toBe('applied');
  expect(await changeConsent(named, context)).toBe('applied');
  const older = { ...change, at: new Date('2025-01-01T00:00:00Z'), entryId: '3' };
  expect(await Promise.all(times(3, () => changeConsent(older, context)))).toEqual(times(3, () => 'outdated'));
  expect((await consents()).map(({ to }) => to)).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED', 'SUBSCRIBED']);
});

test.each([[0], [1], [50]])('keeps the newest of opposite changes made together, %i ms apart', async (apart) => {
  const { context, ada, change, consents } = await start();
  const writers = times(
    8,
    (i): ConsentChange => ({
      ...change,
      to: i % 2 === 0 ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
      at: new Date(change.at.getTime() + i * apart),
    }),
  );
  await Promise.all(writers.map((one) => changeConsent(one, context)));
  const [newest] = await consents();
  const { marketing } = (await readSubscriptions(ada, context)).email;
  expect(marketing.consent).toBe(newest?.to);
  expect(marketing.consent_timestamp).toBe(newest?.at.replace('Z', '+00:00'));
  expect(marketing.can_receive_email_marketing).toBe(newest?.to === 'SUBSCRIBED');
});

test('records a new wording as a new opt-in, and a repeated one not', async () => {
  const { context, change, consents } = await start();
  const shown = (wordingVersion: string, days: number): ConsentChange => ({
    ...change,
    at: new Date(change.at.getTime() + days * 86_400_000),
    evidence: { method: 'form', wordingVersion },
  });
  expect(await changeConsent(shown('1', 0), context)).toBe('applied');
  expect(await changeConsent(shown('1', 1), context)).toBe('already');
  expect(await changeConsent(shown('2', 2), context)).toBe('applied');
  expect(await consents()).toHaveLength(2);
});

test('does not undo an opt-out by a later flag', async () => {
  const { context, change } = await start();
  const later = new Date('2025-09-01T00:00:00Z');
  expect(await changeConsent({ ...change, isWeak: true }, context)).toBe('applied');
  expect(await changeConsent({ ...change, to: 'UNSUBSCRIBED', at: later }, context)).toBe('applied');
  expect(await changeConsent({ ...change, isWeak: true, at: new Date('2025-10-01') }, context)).toBe('outdated');
});

test('stores one of five equal suppressions, and does not bring it back after a lift', async () => {
  const { context, entries } = await start();
  const told = { address: { kind: 'email', value: email }, at: new Date('2025-06-01T00:00:00Z') } as const;
  const again = () => suppress({ ...told, reason: 'USER_SUPPRESSED' }, context);
  await Promise.all(times(5, again));
  expect(await Promise.all(times(2, () => unsuppress({ ...told, at: new Date('2025-07-01') }, context)))).toContain(
    'lifted',
  );
  expect(await again()).toBe('already');
  expect((await entries()).map(({ entry }) => entry.to)).toEqual(['LIFTED', 'SUPPRESSED']);
});

test('joins a profile to a list once in five simultaneous calls', async () => {
  const { context, ada } = await start();
  const join = { listId: 'news', profileId: ada.id, at: new Date('2025-06-01T00:00:00Z') };
  const outcomes = await Promise.all(times(5, () => joinList(join, context)));
  expect(outcomes.filter((outcome) => outcome === 'joined')).toHaveLength(1);
  expect((await readMembers('news', { size: 10 }, context)).members).toEqual([
    { profileId: ada.id, joinedAt: '2025-06-01T00:00:00.000Z' },
  ]);
});
