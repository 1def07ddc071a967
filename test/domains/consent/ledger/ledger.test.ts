import { expect, test } from 'vitest';
import { changeConsent, readLedgerPage, suppress } from '../../../../functions/domains/consent/actions.ts';
import { topics } from '../../../../functions/domains/consent/records/consent.ts';
import { joinList } from '../../../../functions/domains/lists/actions.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { startApp } from '../../../support/app.ts';
import { personWith } from '../people.ts';
import { bulk, unsubscribeFrom } from '../requests.ts';

const email = 'ada@example.com';
const day = (n: number) => new Date(Date.UTC(2025, 0, n));

test('lists all topics and suppressions in one order by time, page by page in both directions', async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  const { id: profileId } = await personWith({ email, phone_number: '+4930123456' }, context);
  for (let n = 1; n <= 20; n++) {
    const { channel, type } = topics[n % topics.length] ?? topics[0];
    const evidence = { method: 'manual_import' };
    await changeConsent({ profileId, channel, type, to: 'SUBSCRIBED', at: day(n), evidence, entryId: `${n}` }, context);
  }
  await suppress({ address: { kind: 'email', value: email }, reason: 'HARD_BOUNCE', at: day(21) }, context);

  const pages: string[][] = [];
  const cursors: (string | undefined)[] = [];
  let cursor: string | undefined;
  do {
    const { items, next, prev } = await readLedgerPage({ profileId, size: 4, ...(cursor && { cursor }) }, context);
    pages.push(items.map(({ entry }) => entry.at));
    cursors.push(prev);
    cursor = next;
  } while (cursor);
  expect(pages.flat()).toEqual(Array.from({ length: 21 }, (_, i) => day(21 - i).toISOString()));

  const back = await readLedgerPage({ profileId, size: 4, cursor: cursors[2] ?? '' }, context);
  expect(back.items.map(({ entry }) => entry.at)).toEqual(pages[1]);

  const ofOne = await readLedgerPage({ profileId, channel: 'sms', type: 'marketing', size: 100 }, context);
  expect(ofOne.items.map(({ entry }) => entry.at)).toEqual([20, 11, 2].map((n) => day(n).toISOString()));
});

test('distinguishes entries of one list from those of the channel', async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  const [ada, bob] = [await personWith({ email }, context), await personWith({ email: 'bob@example.com' }, context)];
  await joinList({ listId: 'news', profileId: ada.id, at: day(1) }, context);
  const people = [ada, bob].map((person) => ({
    email: person.email,
    subscriptions: unsubscribeFrom('email.marketing'),
  }));
  await app.post('/api/profile-subscription-bulk-delete-jobs', bulk(people, { list: 'news', type: 'delete' }));

  const kindsOf = async (profileId: string) =>
    (await readLedgerPage({ profileId, size: 10 }, context)).items.map(({ kind }) => kind);
  expect(await kindsOf(ada.id)).toEqual(['list']);
  expect((await kindsOf(bob.id)).toSorted()).toEqual(['consent', 'suppression']);
});
