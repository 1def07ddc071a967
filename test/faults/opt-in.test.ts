import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPageLinks } from '../../functions/api/pages/preferences.ts';
import { readLedgerPage, readSubscriptions, readSuppressions } from '../../functions/domains/consent/actions.ts';
import { verifyProfile } from '../../functions/domains/consent/ledger/verify.ts';
import { isMember } from '../../functions/domains/lists/actions.ts';
import { linkIn } from '../api/pages/visit.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../domains/consent/requests.ts';
import type { FaultPlan } from '../support/faults/faults.ts';
import { sized } from '../support/size.ts';
import type { Faulty } from './harness.ts';
import { Expected, LISTS, PEOPLE, type Step, statusOn, steps, timeOn } from './opt-in-model.ts';
import { ask, form, idIn, mailsTo, noticeOf, profileOf, start } from './opt-in-world.ts';

let runs = 0;
const struck: string[] = [];
const pageFor = {
  subscribed: 'You are subscribed',
  before: 'confirmed before',
  declined: 'Nothing was subscribed',
  expired: 'expired',
};

const run = async (given: readonly Step[], plan: FaultPlan): Promise<void> => {
  const { app, ses } = await start(plan);
  const tag = `${process.pid}r${runs++}`;
  const people = Array.from({ length: PEOPLE }, (_, i) => ({
    email: `p${i}.${tag}@optin.example`,
    phone_number: `+4930${2_000_000 + i}`,
    expected: new Expected(),
    links: [] as { readonly confirm: string; readonly unsubscribe: string }[],
  }));
  app.at('2026-01-01T00:00:00Z');
  const now = () => app.services.now().getTime();
  const later = (ms: number) => app.at(new Date(now() + ms).toISOString());

  for (const step of given) {
    later(60_000);
    const one = people[step.person];
    if (!one) continue;
    const { email, expected, links } = one;
    const job = (kind: 'create' | 'delete', body: object) =>
      app.until('POST', `/api/profile-subscription-bulk-${kind}-jobs`, body);
    const post = (path: string, fields: Readonly<Record<string, string>> = {}) =>
      app.until('POST', path, `${new URLSearchParams(fields)}`, form);
    switch (step.does) {
      case 'ask': {
        const [askedAt, isAskable] = [now(), expected.isAskable(now())];
        expect((await ask(app, step, email)).status).toBeLessThan(300);
        await app.workOff();
        const fresh = (await mailsTo(email)).slice(links.length);
        // No mail is lost, and none is sent without a reason. A repeated request has a mail of its own.
        expect(fresh.length > 0).toBe(isAskable);
        if (plan.rate === undefined) expect(fresh.length).toBe(isAskable ? 1 : 0);
        for (const text of fresh) {
          links.push({ confirm: linkIn(text, 'confirm'), unsubscribe: linkIn(text, 'unsubscribe') });
          // A mail that was sent twice has the same link.
          const same = links.findIndex(({ confirm }) => idIn(confirm) === idIn(linkIn(text, 'confirm')));
          expected.mails.push(expected.mails[same] ?? { askedAt, list: step.list, state: 'pending' });
        }
        break;
      }
      case 'look':
      case 'confirm':
      case 'decline': {
        const at = links.length === 0 ? undefined : step.mail % links.length;
        const [link, mail] = at === undefined ? [] : [links[at], expected.mails[at]];
        if (!link || !mail) break;
        if (step.does === 'look') for (const path of Object.values(link)) await app.get(path);
        else if (step.does === 'confirm') {
          const outcome = expected.confirm(mail, now());
          // If the response to the last write is lost, the retry reports success.
          const told = outcome === 'subscribed' && plan.rate !== undefined ? [outcome, 'before' as const] : [outcome];
          const { body } = await post(link.confirm);
          expect(told.filter((one) => body.includes(pageFor[one]))).toHaveLength(1);
        } else {
          expected.decline(mail, now());
          expect((await post(link.unsubscribe, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
        }
        break;
      }
      case 'unsubscribe':
        expected.say('UNSUBSCRIBED', now());
        await job('delete', bulk([{ email, subscriptions: unsubscribeFrom('email.marketing') }], { type: 'delete' }));
        break;
      case 'one-click': {
        const profile = await profileOf(app, email);
        expect(profile !== undefined).toBe(expected.isKnown);
        if (!profile) break;
        const { unsubscribe_url } = await createPageLinks({ profileId: profile.id }, app.context());
        expected.say('UNSUBSCRIBED', now());
        await post(new URL(unsubscribe_url).pathname, { 'List-Unsubscribe': 'One-Click' });
        break;
      }
      case 'complain':
      case 'bounce':
        expected.suppress(step.does === 'bounce' ? 'HARD_BOUNCE' : 'SPAM_COMPLAINT', now());
        await app.workOff([noticeOf(step.does, email, app)]);
        break;
      case 'leave':
        expected.leave(step.list, now());
        await job(
          'delete',
          bulk([{ email, subscriptions: unsubscribeFrom('email.marketing') }], { type: 'delete', list: step.list }),
        );
        break;
      case 'history': {
        const [to, at] = [statusOn(step.day), timeOn(step.day)];
        expected.say(to, at);
        const said = (to === 'SUBSCRIBED' ? subscribeTo : unsubscribeFrom)(
          `email.marketing@${new Date(at).toISOString()}`,
        );
        const type = to === 'SUBSCRIBED' ? 'create' : 'delete';
        await job(type, bulk([{ email, subscriptions: said }], { historical: true, type }));
        break;
      }
      case 'sms': {
        const { phone_number } = one;
        expected.sms = step.isOn ? 'SUBSCRIBED' : 'UNSUBSCRIBED';
        expected.isKnown = true;
        const said = (step.isOn ? subscribeTo : unsubscribeFrom)('sms.marketing');
        const type = step.isOn ? 'create' : 'delete';
        await job(type, bulk([{ email, phone_number, subscriptions: said }], { type }));
        break;
      }
      case 'wait':
        later(step.hours * 3_600_000);
    }
  }
  app.calm();
  ses.stop();
  struck.push(...Object.keys(app.proxy.struck));
  for (const { email, expected } of people) await check(app, email, expected);
  // A mail is sent twice only if recording it failed, and its message came again.
  for (const { email } of people) {
    const ids = (await mailsTo(email)).map((text) => idIn(linkIn(text, 'confirm')));
    for (const id of new Set(ids)) {
      const retries = app.failed.filter((body) => body.includes(id)).length;
      expect(ids.filter((one) => one === id).length).toBeLessThanOrEqual(1 + retries);
    }
  }
};

const check = async (app: Faulty, email: string, expected: Expected): Promise<void> => {
  const context = app.context();
  const reasons = (await readSuppressions({ kind: 'email', value: email }, context)).map(({ reason }) => reason);
  expect(reasons.toSorted()).toEqual([...expected.suppressed.keys()].toSorted());
  const profile = await profileOf(app, email);
  expect(profile !== undefined).toBe(expected.isKnown);
  if (!profile) return;
  const { sms, email: mail } = await readSubscriptions(profile, context);
  expect([mail.marketing.consent, sms.marketing.consent]).toEqual([expected.status, expected.sms]);
  expect(mail.marketing.can_receive_email_marketing).toBe(
    expected.status !== 'UNSUBSCRIBED' && expected.suppressed.size === 0,
  );
  expect(mail.marketing.list_suppressions.map(({ list_id }) => list_id).toSorted()).toEqual(
    [...expected.leftLists].toSorted(),
  );
  for (const listId of LISTS)
    expect(await isMember({ listId, profileId: profile.id }, context)).toBe(expected.lists.has(listId));
  expect(await verifyProfile(profile.id, context)).toMatchObject({ faults: [] });

  // Only a confirmation subscribes a person, one each, or a historical import.
  const asked = { profileId: profile.id, channel: 'email', type: 'marketing', size: 100 } as const;
  const { items } = await readLedgerPage(asked, context);
  const optIns = items.flatMap((told) =>
    told.kind === 'consent' && told.entry.to === 'SUBSCRIBED' ? [told.entry] : [],
  );
  const confirmed = optIns.filter(({ evidence }) => evidence.request !== undefined);
  expect(confirmed.map(({ at }) => Date.parse(at)).toSorted()).toEqual(expected.confirmations.toSorted());
  expect(optIns.filter(({ at, evidence }) => !evidence.request && Date.parse(at) >= timeOn(21))).toEqual([]);
};

test('consent follows the rules through any actions of people, shops, mail programs and time, by confirmation only, with evidence', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, (given) => run(given, {})),
    { numRuns: sized({ full: 8, reduced: 3 }), endOnFailure: true },
  );
});

test('the same with all faults of table and mail, and no mail is lost', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer(), (given, seed) => run(given, { seed, rate: 0.2 })),
    { numRuns: sized({ full: 3, reduced: 2 }), endOnFailure: true },
  );
  expect(new Set(struck).size).toBeGreaterThanOrEqual(5);
});

test('a mail is sent on redelivery if sending and recording the failure both fail', async () => {
  const rules = [{ fault: 'serverError', operation: 'UpdateItem', holding: 'REMOVE' }] as const;
  const { app, ses } = await start({ rules }, { rules: [{ fault: 'serverError', operation: '', times: 4 }] });
  const email = `lost.${process.pid}@optin.example`;
  expect((await ask(app, { does: 'ask', person: 0, by: 'server', list: 'news' }, email)).status).toBe(202);
  await app.workOff();
  expect([app.failed.length, app.proxy.struck.serverError ?? 0]).toEqual([1, expect.any(Number)]);
  expect(app.proxy.struck.serverError).toBeGreaterThan(0);
  expect(await mailsTo(email)).toHaveLength(1);
  app.calm();
  ses.stop();
});
