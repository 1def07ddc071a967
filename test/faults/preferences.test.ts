import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPageLinks, topicName } from '../../functions/api/pages/preferences.ts';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import {
  readConsentAt,
  readLedgerPage,
  readSubscriptions,
  readSuppressions,
} from '../../functions/domains/consent/actions.ts';
import { verifyProfile } from '../../functions/domains/consent/ledger/verify.ts';
import { allTopics } from '../../functions/domains/consent/records/consent.ts';
import { ensureList, isMember } from '../../functions/domains/lists/actions.ts';
import type { Account } from '../../functions/model/account.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../domains/consent/requests.ts';
import type { FaultPlan } from '../support/faults/faults.ts';
import { sized } from '../support/size.ts';
import { type Faulty, startFaulty } from './harness.ts';
import { form, profileOf } from './opt-in-world.ts';
import { Expected, LISTS, PEOPLE, SHARING, type Step, steps } from './preferences-model.ts';

const struck = new Set<string>();
const gpc = { 'sec-gpc': '1' };

/** The boxes of a page as a person sees them. */
const boxesOf = (page: string): Map<string, boolean> =>
  new Map(
    [...page.matchAll(/type="checkbox" name="(\w+)" value="([^"]+)"( checked)?/g)].map(([, name, value, checked]) => [
      `${name}:${value}`,
      checked !== undefined,
    ]),
  );

const run = async (
  given: readonly Step[],
  from: NonNullable<Account['unsubscribeFrom']>,
  plan: FaultPlan,
): Promise<void> => {
  const app = await startFaulty(plan);
  const context = app.context();
  await changeAccount(app.account, { unsubscribeFrom: from }, app.services);
  for (const id of LISTS) await ensureList(id, context);
  app.at('2026-01-01T00:00:00Z');
  const later = () => app.at(new Date(app.services.now().getTime() + 60_000).toISOString());
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, async (_, i) => {
      const identifiers = { email: `p${i}@pages.example`, phone_number: `+4930${2_000_000 + i}` };
      const data = { type: 'profile', attributes: identifiers };
      const id: string = (await app.until('POST', '/api/profile-import', { data })).body.data.id;
      return { id, identifiers, expected: new Expected(), moments: [] as Moment[] };
    }),
  );

  for (const step of given) {
    later();
    const one = people[step.person];
    if (!one) continue;
    await take(step, one, { app, from });
    const held = new Map(allTopics.map((topic) => [topicName(topic), one.expected.statusOf(topicName(topic))]));
    one.moments.push({ at: new Date(app.services.now().getTime() + 30_000), held });
  }
  later();
  for (const kind of Object.keys(app.proxy.struck)) struck.add(kind);
  app.calm();
  for (const one of people) await check(app, one);
};

interface Moment {
  readonly at: Date;
  readonly held: ReadonlyMap<string, string>;
}

interface Person {
  readonly id: string;
  readonly identifiers: { readonly email: string; readonly phone_number: string };
  readonly expected: Expected;
  readonly moments: readonly Moment[];
}

interface Shop {
  readonly app: Faulty;
  /** What one click ends. */
  readonly from: NonNullable<Account['unsubscribeFrom']>;
}

const take = async (step: Step, { id, identifiers, expected }: Person, { app, from }: Shop) => {
  const linksTo = async (listId?: string) => {
    const links = await createPageLinks({ profileId: id, ...(listId !== undefined && { listId }) }, app.context());
    return {
      preferences: new URL(links.preferences_url).pathname,
      unsubscribe: new URL(links.unsubscribe_url).pathname,
    };
  };
  const { email } = identifiers;
  const post = async (
    path: string,
    fields: URLSearchParams | object,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const body = fields instanceof URLSearchParams ? `${fields}` : fields;
    const answer = await app.until(
      'POST',
      path,
      body,
      fields instanceof URLSearchParams ? { ...form, ...headers } : headers,
    );
    expect(answer.status).toBeLessThan(300);
  };
  switch (step.does) {
    case 'look':
      for (const list of [undefined, ...LISTS])
        for (const path of Object.values(await linksTo(list)))
          expect((await app.until('GET', path, '', gpc)).status).toBe(200);
      return;
    case 'visit':
      expected.say(SHARING, 'UNSUBSCRIBED', 'gpc');
      await post(
        `/client/profiles?company_id=${app.account}`,
        { data: { type: 'profile', attributes: { email } } },
        gpc,
      );
      return;
    case 'server': {
      const { topic, isOn, list } = step;
      expected.server(step);
      const said = (isOn ? subscribeTo : unsubscribeFrom)(topic.replace('#', '.'));
      const type = isOn ? 'create' : 'delete';
      const body = bulk([{ ...identifiers, subscriptions: said }], { type, ...(list !== undefined && { list }) });
      await post(`/api/profile-subscription-bulk-${type}-jobs`, body);
      return;
    }
    case 'unsubscribe': {
      const { by, list } = step;
      const isOfList = list !== undefined && (by === 'one-click' ? from === 'list' : by === 'only-list');
      if (isOfList) expected.leave(list);
      else expected.say('email#marketing', 'UNSUBSCRIBED', 'page');
      const pressed = { page: {}, 'one-click': { 'List-Unsubscribe': 'One-Click' }, 'only-list': { only: 'list' } }[by];
      await post((await linksTo(list)).unsubscribe, new URLSearchParams(pressed));
      return;
    }
    case 'save': {
      const { preferences } = await linksTo();
      const headers = step.hasGpc ? gpc : {};
      const page = await app.until('GET', preferences, '', headers);
      const shown = boxesOf(page.body);
      expect(shown).toEqual(expected.shown(step.hasGpc));
      if (step.joins !== undefined) {
        expected.lists.add(step.joins);
        await post(`/api/lists/${step.joins}/relationships/profiles`, { data: [{ type: 'profile', id }] });
      }
      expected.save(shown, step);
      const fields = new URLSearchParams(step.isAll ? { all: 'yes' } : {});
      for (const box of shown.keys()) {
        const [name = '', value = ''] = box.split(':');
        fields.append('shown', box);
        if (step.ticks.includes(value)) fields.append(name, value);
      }
      await Promise.all(Array.from({ length: step.isTwice ? 2 : 1 }, () => post(preferences, fields, headers)));
    }
  }
};

const check = async (app: Faulty, { id, identifiers, expected, moments }: Person): Promise<void> => {
  const context = app.context();
  const topics = allTopics.map((topic) => ({ topic, name: topicName(topic) }));

  // The ledger: every acknowledged change once, in order, in an unbroken chain.
  const { items } = await readLedgerPage({ profileId: id, size: 200 }, context);
  const told = new Map<string, string[]>();
  for (const one of items.toReversed()) {
    if (one.kind === 'suppression') continue;
    const { listId, channel, purpose: type, to } = one.entry;
    const name = one.kind === 'list' ? (listId ?? '') : topicName({ channel, type });
    told.set(name, [...(told.get(name) ?? []), to]);
  }
  expect(told).toEqual(expected.told);
  expect(await verifyProfile(id, context)).toMatchObject({ faults: [] });

  // The state equals the ledger, now and at every moment.
  const profile = await profileOf(app, identifiers.email);
  if (!profile) throw new Error('Nobody is lost.');
  const { email, sms } = await readSubscriptions(profile, context);
  const held = [email.marketing.consent, sms.marketing.consent, sms.transactional.consent];
  const names = ['email#marketing', 'sms#marketing', 'sms#transactional'];
  expect(held).toEqual(names.map((name) => expected.statusOf(name)));
  for (const { at, held: then } of moments) {
    const asked = topics.map(({ topic }) => readConsentAt({ profileId: id, ...topic, at }, context));
    const said = (await Promise.all(asked)).map(({ consent }, i) => [topics[i]?.name, consent]);
    expect([at, said]).toEqual([at, [...then]]);
  }
  const isOut = expected.statusOf('email#marketing') === 'UNSUBSCRIBED';
  const reasons = await readSuppressions({ kind: 'email', value: identifiers.email }, context);
  expect(reasons.map(({ reason }) => reason)).toEqual(isOut ? ['UNSUBSCRIBE'] : []);
  const left = email.marketing.list_suppressions.map(({ list_id }) => list_id);
  expect(left.toSorted()).toEqual(LISTS.filter((list) => expected.statusOf(list) === 'UNSUBSCRIBED'));
  for (const listId of LISTS)
    expect([listId, await isMember({ listId, profileId: id }, context)]).toEqual([listId, expected.lists.has(listId)]);
};

const unsubscribesFrom = fc.constantFrom('everything' as const, 'list' as const);

test("stores people's choices on their pages once, from then on, and equally in the ledger of every moment", {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, unsubscribesFrom, (given, from) => run(given, from, {})),
    { numRuns: sized({ full: 12, reduced: 4 }), endOnFailure: true },
  );
});

test('the same with all faults of the table', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, unsubscribesFrom, fc.integer(), (given, from, seed) =>
      run(given, from, { seed, rate: 0.15 }),
    ),
    { numRuns: sized({ full: 2, reduced: 1 }), endOnFailure: true },
  );
  expect(struck.size).toBeGreaterThanOrEqual(5);
});
