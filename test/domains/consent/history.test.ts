import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  changeConsent,
  readConsentAt,
  readLedgerPage,
  readSubscriptions,
} from '../../../functions/domains/consent/actions.ts';
import type { ConsentChange } from '../../../functions/domains/consent/records/consent.ts';
import { consent } from '../../../functions/services/consent.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';

const START = Date.UTC(2025, 0, 1);
const DAY = 86_400_000;

const told = fc.record({
  to: fc.constantFrom('SUBSCRIBED' as const, 'UNSUBSCRIBED' as const),
  day: fc.integer({ min: 0, max: 20 }),
  channel: fc.constantFrom('email' as const, 'sms' as const),
});

test('keeps the newest state, the state of every moment and all entries, in any order of arrival', {
  timeout: 300_000,
}, async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  let person = 0;

  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 12 }), async (changes) => {
      person += 1;
      const profile = await personWith(
        { email: `p${person}@example.com`, phone_number: `+4930${1_000_000 + person}` },
        context,
      );
      const at = (day: number) => new Date(START + day * DAY);
      // Two changes of one channel on one day would differ only in their ids.
      const distinct = [...new Map(changes.map((one) => [`${one.channel}${one.day}`, one])).values()];
      let before: readonly string[] = [];
      for (const { to, day, channel } of distinct) {
        const change: ConsentChange = {
          profileId: profile.id,
          channel,
          type: 'marketing',
          to,
          at: at(day),
          evidence: { method: 'manual_import' },
          entryId: 'row',
        };
        await changeConsent(change, context);
        const { items } = await readLedgerPage({ profileId: profile.id, size: 100 }, context);
        const now = items.map(({ entry }) => JSON.stringify(entry));
        expect(now).toEqual(expect.arrayContaining([...before]));
        before = now;
      }

      const state = await readSubscriptions(profile, context);
      for (const channel of ['email', 'sms'] as const) {
        const known = (day: number) =>
          distinct
            .filter((one) => one.channel === channel && one.day <= day)
            .sort((a, b) => a.day - b.day)
            .at(-1)?.to ?? 'NEVER_SUBSCRIBED';
        expect(state[channel].marketing.consent).toBe(known(20));
        const { can_receive_email_marketing } = state.email.marketing;
        if (channel === 'email') expect(can_receive_email_marketing).toBe(known(20) !== 'UNSUBSCRIBED');
        for (const day of [0, 7, 13, 20]) {
          const answer = await readConsentAt(
            { profileId: profile.id, channel, type: 'marketing', at: at(day) },
            context,
          );
          expect(answer.consent).toBe(known(day));
          expect(answer.allowed).toBe(known(day) === 'SUBSCRIBED');
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('keeps a repeated later opt-out against an opt-in from the time in between that arrives afterwards', async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const context = app.context();
  const profile = await personWith({ email: 'again@example.com' }, context);
  const profileId = profile.id;
  const topic = { profileId, channel: 'email', type: 'marketing' } as const;
  const live = (day: number, ms = 0) =>
    changeConsent(
      { ...topic, to: 'UNSUBSCRIBED', at: new Date(START + day * DAY + ms), evidence: { method: 'one_click' } },
      context,
    );

  expect([await live(0), await live(0, 60_000), await live(10)]).toEqual(['applied', 'already', 'applied']);
  const between = { ...topic, to: 'SUBSCRIBED' as const, at: new Date(START + 5 * DAY), entryId: 'row' };
  expect(await changeConsent({ ...between, evidence: { method: 'manual_import' } }, context)).toBe('outdated');

  const { email } = await readSubscriptions(profile, context);
  expect(email.marketing.consent).toBe('UNSUBSCRIBED');
});
