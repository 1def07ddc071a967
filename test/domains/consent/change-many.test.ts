import { expect, test } from 'vitest';
import { changeConsent } from '../../../functions/domains/consent/actions.ts';
import { changeConsentsOfMany } from '../../../functions/domains/consent/change-many.ts';
import { findFaults } from '../../../functions/domains/consent/records/chain.ts';
import type { ConsentChange } from '../../../functions/domains/consent/records/consent.ts';
import { chainHeads, consents, ledgerPk } from '../../../functions/domains/consent/records/store.ts';
import type { Profile } from '../../../functions/domains/profiles/records/profile.ts';
import { consent } from '../../../functions/services/consent.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';

const topic = { channel: 'email', type: 'marketing' } as const;
const optIn = ({ id }: Profile, to: ConsentChange['to'] = 'SUBSCRIBED'): ConsentChange => ({
  ...topic,
  profileId: id,
  to,
  at: new Date('2025-05-01T10:00:00Z'),
  evidence: { method: 'manual_import' },
  entryId: 'file#1',
});

const startShop = async () => {
  const app = await startApp(consent);
  const context = app.context();
  const people = await Promise.all(
    ['ada', 'bob', 'eve'].map((name) => personWith({ email: `${name}@example.com` }, context)),
  );
  const read = async ({ id }: Profile) => {
    const { account, table } = context;
    const pk = ledgerPk(account, id);
    const items = await table.query({ pk, limit: 10 });
    const [head] = await table.getMany(chainHeads, [{ ledger: pk }]);
    const state = await table.get(consents, { account, profileId: id, channel: 'email', purpose: 'marketing' });
    return { status: state?.status, entries: items.length, faults: findFaults(items, head) };
  };
  return { app, context, people, read };
};

test('an opt-out that comes between read and write wins, and the others of its transaction are written once', async () => {
  const { app, context, people, read } = await startShop();
  const [ada] = people;
  let isMet = false;
  app.watch(async ({ command }, next) => {
    if (command === 'TransactWriteItemsCommand' && !isMet && ada) {
      isMet = true;
      await changeConsent(
        { ...topic, profileId: ada.id, to: 'UNSUBSCRIBED', at: new Date(), evidence: { method: 'api' } },
        context,
      );
    }
    return next();
  });

  const answers = await changeConsentsOfMany(
    people.map((profile) => ({ profile, changes: [optIn(profile)], isNew: true })),
    context,
  );

  expect(isMet).toBe(true);
  expect(answers).toEqual([{ outcomes: ['outdated'] }, { outcomes: ['applied'] }, { outcomes: ['applied'] }]);
  expect(await Promise.all(people.map(read))).toEqual([
    { status: 'UNSUBSCRIBED', entries: 2, faults: [] },
    { status: 'SUBSCRIBED', entries: 1, faults: [] },
    { status: 'SUBSCRIBED', entries: 1, faults: [] },
  ]);
});

test('changes that are delivered twice have one entry each, and the same outcome', async () => {
  const { context, people, read } = await startShop();
  const all = people.map((profile) => ({ profile, changes: [optIn(profile)], isNew: true }));
  const first = await changeConsentsOfMany(all, context);
  expect(await changeConsentsOfMany(all, context)).toEqual(first);
  expect(
    await changeConsentsOfMany(
      [...all, ...all].map((one) => ({ ...one, isNew: false })),
      context,
    ),
  ).toEqual([...first, ...first]);
  for (const person of people) expect(await read(person)).toEqual({ status: 'SUBSCRIBED', entries: 1, faults: [] });
});

test('two people with one address are suppressed once by their opt-outs', async () => {
  const { context, people, read } = await startShop();
  const address = { kind: 'email', value: 'shared@example.com' } as const;
  const answers = await changeConsentsOfMany(
    people.map((profile) => ({ profile, changes: [{ ...optIn(profile, 'UNSUBSCRIBED'), address }] })),
    context,
  );
  expect(answers).toEqual(people.map(() => ({ outcomes: ['applied'] })));
  for (const person of people) expect(await read(person)).toEqual({ status: 'UNSUBSCRIBED', entries: 1, faults: [] });
});
