import { DeleteCommand, DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { changeConsent, suppress, unsuppress } from '../../../../functions/domains/consent/actions.ts';
import { exportLedger, exportPage } from '../../../../functions/domains/consent/ledger/export.ts';
import {
  readEntries,
  verifyAccount,
  verifyLedger,
  verifyProfile,
} from '../../../../functions/domains/consent/ledger/verify.ts';
import { hashOf } from '../../../../functions/domains/consent/records/chain.ts';
import { topics } from '../../../../functions/domains/consent/records/consent.ts';
import { addressLedgerPk, chainHeads, ledger, ledgerPk } from '../../../../functions/domains/consent/records/store.ts';
import { mergeProfiles } from '../../../../functions/domains/profiles/merge/actions.ts';
import { htmlString } from '../../../../functions/platform/html.ts';
import { put, remove, update } from '../../../../functions/platform/table/write.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { startApp } from '../../../support/app.ts';
import { personWith } from '../people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../requests.ts';

const email = 'ada@example.com';
const address = { kind: 'email', value: email } as const;
const day = (n: number) => new Date(Date.UTC(2025, 0, n));
const email1 = { channel: 'email', type: 'marketing' } as const;

/** Five entries of a person: in, out, in again, a late one, and a text. */
const start = async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  const { id: profileId } = await personWith({ email, phone_number: '+4930123456' }, context);
  const evidence = { method: 'form', wording: '<b>Yes</b>, write to me.' };
  const change = (n: number, to: 'SUBSCRIBED' | 'UNSUBSCRIBED', topic: (typeof topics)[number] = email1) =>
    changeConsent({ profileId, ...topic, to, at: day(n), evidence, entryId: `${n}` }, context);
  await change(1, 'SUBSCRIBED');
  await change(3, 'UNSUBSCRIBED');
  await change(5, 'SUBSCRIBED');
  await change(2, 'UNSUBSCRIBED');
  await change(6, 'SUBSCRIBED', topics[2]);
  const documents = DynamoDBDocumentClient.from(app.client);
  const own = ledgerPk(app.account, profileId);
  const entries = await readEntries(own, context);
  const keyOf = (day: number) => {
    const { pk, sk } = entries.find(({ at }) => at === `2025-01-0${day}T00:00:00.000Z`) ?? {};
    return { pk: String(pk), sk: String(sk) };
  };
  return { app, context, profileId, change, own, documents, entries, keyOf, TableName: app.tableName };
};

test('chains entries in the order of arrival, including late ones and those of an address', async () => {
  const { app, context, profileId, own } = await start();
  await suppress({ address, reason: 'HARD_BOUNCE', at: day(9) }, context);
  const post = (type: 'create' | 'delete', subscriptions: object) =>
    app.post(`/api/profile-subscription-bulk-${type}-jobs`, bulk([{ email, subscriptions }], { type, list: 'news' }));
  for (let i = 0; i < 2; i++) {
    await post('create', subscribeTo('email.marketing'));
    await post('delete', unsubscribeFrom('email.marketing'));
  }

  const verified = await verifyProfile(profileId, context);
  expect(verified).toMatchObject({ ledger: own, faults: [] });
  expect(verified.entries).toBeGreaterThan(7);
  const places = (await readEntries(own, context)).map((item) => [
    ledger.fromItem(item).at,
    ledger.fromItem(item).chain?.n,
  ]);
  expect(places).toContainEqual([day(2).toISOString(), 4]);
  const ofAddress = await verifyLedger(addressLedgerPk(app.account, address), context);
  expect(ofAddress).toMatchObject({ entries: 3, faults: [] });
});

test('keeps one chain with twenty simultaneous writers', async () => {
  const { app, context, profileId } = await start();
  const writes = Array.from({ length: 20 }, (_, i) => {
    const topic = topics[i % topics.length] ?? topics[0];
    const told = { evidence: { method: 'form' }, at: day(10 + (i % 7)) };
    if (i % 5 === 4) return suppress({ address, reason: 'USER_SUPPRESSED', at: day(30 + i) }, context);
    if (i % 5 === 3) return unsuppress({ address, at: day(60 + i) }, context);
    const to = i % 2 === 0 ? 'SUBSCRIBED' : 'UNSUBSCRIBED';
    return changeConsent({ profileId, ...topic, to, ...told, entryId: `${i}` }, context);
  });
  await Promise.all(writes);
  expect(await verifyProfile(profileId, context)).toMatchObject({ faults: [] });
  expect(await verifyLedger(addressLedgerPk(app.account, address), context)).toMatchObject({ faults: [] });
});

type Started = Awaited<ReturnType<typeof start>>;
const set = async ({ documents, TableName }: Started, Key: { pk: string; sk: string }, name: string, value: unknown) =>
  documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
const removeOne = ({ documents, TableName }: Started, Key: { pk: string; sk: string }) =>
  documents.send(new DeleteCommand({ TableName, Key }));

const tampering: readonly [string, (started: Started) => Promise<unknown>, readonly object[]][] = [
  [
    'what an entry says was changed',
    (one) => set(one, one.keyOf(3), 'to', 'SUBSCRIBED'),
    [{ kind: 'changed', n: 2, entry: expect.stringContaining('2025-01-03') }],
  ],
  [
    'something was added to an entry',
    (one) => set(one, one.keyOf(1), 'basis', 'contract'),
    [{ kind: 'changed', n: 1, entry: expect.stringContaining('2025-01-01') }],
  ],
  [
    'an entry lost its place',
    (one) => set(one, one.keyOf(2), 'chain', 'none'),
    [
      { kind: 'changed', entry: expect.stringContaining('2025-01-02') },
      { kind: 'missing', n: 4 },
    ],
  ],
  ['an entry was removed', (one) => removeOne(one, one.keyOf(3)), [{ kind: 'missing', n: 2 }]],
  [
    'the newest entry was removed',
    (one) => removeOne(one, one.keyOf(6)),
    [
      { kind: 'missing', n: 5 },
      { kind: 'state', detail: expect.stringContaining('sms marketing') },
    ],
  ],
  [
    'an entry was changed, and its hash with it',
    async (one) => {
      const { chain, ...entry } = ledger.fromItem(one.entries[0] ?? {});
      const item = { ...ledger.toItem({ ...entry, to: 'UNSUBSCRIBED' }), chain };
      const Item = { ...item, chain: { ...chain, hash: hashOf(item) } };
      await one.documents.send(new PutCommand({ TableName: one.TableName, Item }));
    },
    [{ kind: 'unlinked', n: 2, entry: expect.stringContaining('2025-01-03') }],
  ],
  [
    'two entries changed places',
    async (one) => {
      const [first = {}, second = {}] = one.entries;
      for (const [from, to] of [
        [first, second],
        [second, first],
      ] as const)
        await one.documents.send(new PutCommand({ TableName: one.TableName, Item: { ...from, pk: to.pk, sk: to.sk } }));
    },
    [
      { kind: 'changed', n: 4, entry: expect.stringContaining('2025-01-01') },
      { kind: 'changed', n: 1, entry: expect.stringContaining('2025-01-02') },
    ],
  ],
  [
    'an entry was slipped in',
    async (one) => {
      const [first = {}] = one.entries;
      await one.documents.send(
        new PutCommand({
          TableName: one.TableName,
          Item: { ...first, sk: 'email#marketing#2024-01-01T00:00:00.000Z#X' },
        }),
      );
    },
    [
      { kind: 'changed', n: 1 },
      { kind: 'doubled', n: 1 },
    ],
  ],
  [
    'the end of the chain was removed',
    (one) => removeOne(one, chainHeads.key({ ledger: one.own })),
    [{ kind: 'head' }],
  ],
  [
    'what holds was changed',
    (one) =>
      set(
        one,
        { pk: `A#${one.app.account}#P#${one.profileId}`, sk: 'CONSENT#email#marketing' },
        'status',
        'UNSUBSCRIBED',
      ),
    [{ kind: 'state', detail: expect.stringContaining('email marketing') }],
  ],
  [
    'all entries were removed',
    async (one) => {
      for (const { pk, sk } of one.entries) await removeOne(one, { pk: String(pk), sk: String(sk) });
    },
    [{ kind: 'missing', n: 1, detail: 'Entries 1 to 5 are missing.' }, { kind: 'state' }, { kind: 'state' }],
  ],
];

test.each(tampering)('detects, with its place, that %s', async (_, tamper, faults) => {
  const started = await start();
  expect((await verifyProfile(started.profileId, started.context)).faults).toEqual([]);
  await tamper(started);

  const verified = await verifyProfile(started.profileId, started.context);
  expect(verified.faults).toEqual(faults.map((fault) => expect.objectContaining(fault)));
  const all: unknown[] = [];
  for await (const one of verifyAccount(started.context)) if (one.faults.length > 0) all.push(one.ledger);
  expect(all).toEqual([started.own]);
});

test('prevents our own code from overwriting or removing an entry', async () => {
  const { entries } = await start();
  const entry = ledger.fromItem(entries[0] ?? {});
  expect(() => put(ledger, entry)).toThrow('only ever made');
  expect(() => put(ledger, entry, 'present')).toThrow('only ever made');
  expect(() => update(ledger, entry, { set: { to: 'SUBSCRIBED' } })).toThrow('only ever made');
  expect(() => remove(ledger, entry)).toThrow('only ever made');
});

test("exports a person's ledger in a form that can be verified and read", async () => {
  const { context, profileId, own } = await start();
  const whole = await exportLedger(profileId, context);
  expect(whole.ledgers.map(({ ledger: of, items, faults }) => [of, items.length, faults])).toEqual([
    [own, 5, []],
    [addressLedgerPk(context.account, address), 2, []],
  ]);
  const parsed: typeof whole = JSON.parse(JSON.stringify(whole));
  for (const { items } of parsed.ledgers)
    for (const item of items) expect(item).toMatchObject({ chain: { hash: hashOf(item) } });

  const page = htmlString(exportPage(whole));
  expect(page).toContain('no entry was changed or removed');
  expect(page).toContain('&lt;b&gt;Yes&lt;/b&gt;, write to me.');
  expect(page).not.toContain('<b>');
  expect(page.match(/<tr><td>/g)).toHaveLength(7);
});

test('keeps all chains intact through a merge, and exports the ledgers of both', async () => {
  const { app, context, profileId, own } = await start();
  const other = await personWith({ email: 'other@example.com' }, context);
  const told = { ...email1, to: 'UNSUBSCRIBED', at: day(7), evidence: { method: 'form' } } as const;
  await changeConsent({ profileId: other.id, ...told }, context);
  await mergeProfiles({ destination: profileId, source: other.id, cause: 'request' }, context);
  const later = { ...email1, to: 'SUBSCRIBED', at: day(400), evidence: { method: 'form' } } as const;
  await changeConsent({ profileId, ...later }, context);

  const whole = await exportLedger(other.id, context);
  expect(whole.profile).toBe(profileId);
  const ledgers = whole.ledgers.map((one) => one.ledger);
  expect(ledgers).toEqual(expect.arrayContaining([own, ledgerPk(app.account, other.id)]));
  expect(whole.ledgers.flatMap(({ faults }) => faults)).toEqual([]);
  for await (const { faults } of verifyAccount(context)) expect(faults).toEqual([]);
});
