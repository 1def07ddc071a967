import { expect, test } from 'vitest';
import { changeConsent, ledgerPage, suppress } from '../../functions/consent/actions.ts';
import { topics } from '../../functions/consent/consent.ts';
import { consent } from '../../functions/consent/index.ts';
import { startApp } from '../support/app.ts';
import { personWith } from './people.ts';

const email = 'ada@example.com';
const day = (n: number) => new Date(Date.UTC(2025, 0, n));

test('the ledger is one order by time over all topics and suppressions, page by page in both directions', async () => {
  const app = await startApp(consent);
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
    const { items, next, prev } = await ledgerPage({ profileId, size: 4, ...(cursor && { cursor }) }, context);
    pages.push(items.map(({ entry }) => entry.at));
    cursors.push(prev);
    cursor = next;
  } while (cursor);
  expect(pages.flat()).toEqual(Array.from({ length: 21 }, (_, i) => day(21 - i).toISOString()));

  const back = await ledgerPage({ profileId, size: 4, cursor: cursors[2] ?? '' }, context);
  expect(back.items.map(({ entry }) => entry.at)).toEqual(pages[1]);

  const ofOne = await ledgerPage({ profileId, channel: 'sms', type: 'marketing', size: 100 }, context);
  expect(ofOne.items.map(({ entry }) => entry.at)).toEqual([18, 10, 2].map((n) => day(n).toISOString()));
});
