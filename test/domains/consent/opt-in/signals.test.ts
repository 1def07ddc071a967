import { expect, test } from 'vitest';
import { createPageLinks } from '../../../../functions/api/pages/preferences.ts';
import { readConsentAt, readLedgerPage } from '../../../../functions/domains/consent/actions.ts';
import { linkIn, startPages } from '../../../api/pages/visit.ts';
import { personWith } from '../people.ts';

const email = 'ada@example.com';
const header = { 'sec-gpc': '1' };

const start = async (settings: Parameters<typeof startPages>[0] = {}) => {
  const app = await startPages(settings);
  const context = app.context();
  const sharing = async () => {
    const { id: profileId } = await personWith({ email }, context);
    const asked = { profileId, channel: 'sharing', type: 'advertising', at: new Date('2027-01-01') } as const;
    return (await readConsentAt(asked, context)).consent;
  };
  return { app, context, sharing };
};

test.each([
  ['with the request', header, {}],
  ['with the confirmation', {}, header],
])('applies GPC that comes %s from the confirmation on, with both as evidence', async (_, asking, confirming) => {
  const { app, context, sharing } = await start({ optInProcess: 'double_opt_in' });
  await app.form(`/pages/subscribe/${app.account}`, { email }, asking);
  await app.deliver();
  const link = linkIn((await app.mailsTo(email)).at(-1)?.BodyText ?? '', 'confirm');
  for (let i = 0; i < 2; i++) await app.form(link, {}, confirming);
  expect(await sharing()).toBe('UNSUBSCRIBED');
  const { id: profileId } = await personWith({ email }, context);
  const { items } = await readLedgerPage({ profileId, size: 10 }, context);
  expect(items.map(({ entry }) => [entry.to, entry.evidence?.method, entry.evidence?.signals]).toSorted()).toEqual([
    ['SUBSCRIBED', 'form', { gpc: true }],
    ['UNSUBSCRIBED', 'gpc', { gpc: true }],
  ]);
});

test('applies the header on the form and the preferences page, and reads nothing without it', async () => {
  for (const by of ['form', 'preferences'] as const) {
    for (const [headers, expected] of [
      [{}, 'NEVER_SUBSCRIBED'],
      [header, 'UNSUBSCRIBED'],
    ] as const) {
      const { app, context, sharing } = await start();
      const { id: profileId } = await personWith({ email }, context);
      const { preferences_url } = await createPageLinks({ profileId }, context);
      const path = by === 'form' ? `/pages/subscribe/${app.account}` : new URL(preferences_url).pathname;
      expect((await app.form(path, by === 'form' ? { email } : {}, headers)).status).toBe(200);
      expect(await sharing()).toBe(expected);
    }
  }
});
