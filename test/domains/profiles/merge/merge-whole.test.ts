import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listEvents } from '../../../../functions/api/klaviyo/events/listing.ts';
import type { Context } from '../../../../functions/domains/accounts/context.ts';
import { changeConsent, readConsentAt, readSubscriptions } from '../../../../functions/domains/consent/actions.ts';
import { verifyAccount } from '../../../../functions/domains/consent/ledger/verify.ts';
import { recordEvent } from '../../../../functions/domains/events/actions.ts';
import { countMembers, joinList, leaveList, readListsOf } from '../../../../functions/domains/lists/actions.ts';
import { resolvePerson, upsertProfile } from '../../../../functions/domains/profiles/actions.ts';
import { mergeProfiles, undoMerge } from '../../../../functions/domains/profiles/merge/actions.ts';
import { listMerges } from '../../../../functions/domains/profiles/merge/journal.ts';
import { mergeIdOf } from '../../../../functions/domains/profiles/merge/store.ts';
import { getProfile } from '../../../../functions/domains/profiles/records/resolve.ts';
import { startProfiles } from '../people.ts';
import {
  type Channel,
  countsIn,
  next,
  type Step,
  standing,
  start,
  statusOf,
  treeOf,
  type World,
} from './whole-model.ts';

const PEOPLE = 4;
const who = fc.integer({ min: 0, max: PEOPLE - 1 });
const list = fc.constantFrom('news', 'offers');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('merge' as const), who, other: who }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('undo' as const), who, other: who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('say' as const),
      who,
      channel: fc.constantFrom<Channel>('push', 'email'),
      to: fc.constantFrom('SUBSCRIBED' as const, 'UNSUBSCRIBED' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('join' as const), who, list }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('leave' as const), who, list }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('event' as const), who, uniqueId: fc.constantFrom('a', 'b') }),
  },
);

const emailOf = (i: number): string => `p${i}@example.com`;
const rules = { onConflict: 'refuse', caller: 'trusted' } as const;

const apply = async (given: Step, world: World, ids: readonly string[], context: Context): Promise<void> => {
  const profileId = ids[given.who] ?? '';
  const root = standing(world, given.who);
  switch (given.does) {
    case 'merge':
      await mergeProfiles({ destination: profileId, source: ids[given.other] ?? '', cause: 'request' }, context);
      return;
    case 'undo': {
      const { items } = await listMerges(profileId, { size: 100 }, context);
      const held = items.find(
        ({ destination, source, undone }) => !undone && destination === profileId && source === ids[given.other],
      );
      // Its destination may be merged elsewhere by now: then it is refused, as in the model.
      if (held) await undoMerge(mergeIdOf(held), context).catch(() => undefined);
      return;
    }
    case 'say': {
      const address = { kind: 'email', value: emailOf(root) } as const;
      const topic = { channel: given.channel, type: 'marketing' } as const;
      const said = { to: given.to, at: context.now(), evidence: { method: 'form' } };
      await changeConsent({ profileId, ...topic, ...said, ...(given.channel === 'email' && { address }) }, context);
      return;
    }
    case 'join':
      await joinList({ listId: given.list, profileId, at: context.now() }, context);
      return;
    case 'leave':
      await leaveList({ listId: given.list, profileId }, context);
      return;
    case 'event': {
      const { id, sources } = await resolvePerson(
        { identifiers: { email: emailOf(given.who) }, fields: {} },
        rules,
        context,
      );
      const { outcome } = await recordEvent(
        {
          profileId: id,
          sources,
          metric: { name: 'Placed Order', service: 'api' },
          time: new Date('2026-01-01T00:00:00Z'),
          properties: { id: given.uniqueId },
          uniqueId: given.uniqueId,
        },
        context,
      );
      const isKnown = treeOf(world, root).some((one) => world[one]?.events.includes(given.uniqueId));
      expect(outcome).toBe(isKnown ? 'duplicate' : 'stored');
    }
  }
};

/** All reads of all profiles, by each of their ids. */
const agree = async (world: World, ids: readonly string[], context: Context): Promise<void> => {
  for (const [i, asked] of ids.entries()) {
    const root = standing(world, i);
    const profile = await getProfile(asked, context);
    expect(profile.id).toBe(ids[root]);
    const { email, mobile_push } = await readSubscriptions(profile, context);
    expect({ email: email.marketing.consent, push: mobile_push.marketing.consent }).toEqual({
      email: statusOf(world, root, 'email'),
      push: statusOf(world, root, 'push'),
    });
    for (const channel of ['email', 'push'] as const) {
      const question = { profileId: asked, channel, type: 'marketing', at: context.now() } as const;
      expect((await readConsentAt(question, context)).consent).toBe(statusOf(world, root, channel));
    }
    const lists = (await readListsOf(profile, context)).map(({ id }) => id);
    expect(lists.toSorted()).toEqual(
      ['news', 'offers'].filter((name) => treeOf(world, root).some((one) => world[one]?.lists.includes(name))),
    );
    const filters = [{ operator: 'equals' as const, field: 'profile_id', values: [asked] }];
    const asks = { filters, include: [], fields: {}, additionalFields: [], page: { size: 100 } };
    const events = (await listEvents(asks, context)).items.map(({ uniqueId }) => uniqueId);
    expect(events.toSorted()).toEqual(
      treeOf(world, root)
        .flatMap((one) => world[one]?.events ?? [])
        .toSorted(),
    );
  }
  for (const name of ['news', 'offers']) expect(await countMembers(name, context)).toBe(countsIn(world, name));
  for await (const { faults } of verifyAccount(context)) expect(faults).toEqual([]);
};

test('moves consent, lists and events with merges and undos, in any order', {
  timeout: 300_000,
}, async () => {
  const app = await startProfiles();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      const context = { ...app.context(), account: `W${String(round++).padStart(5, '0')}` };
      app.at('2026-02-01T00:00:00Z');
      const ids = await Promise.all(
        Array.from({ length: PEOPLE }, async (_, i) => {
          const input = { identifiers: { email: emailOf(i) }, fields: {} };
          return (await upsertProfile(input, rules, context)).profile.id;
        }),
      );
      let world = start(PEOPLE);
      for (const [i, one] of steps.entries()) {
        app.at(new Date(Date.UTC(2026, 1, 2) + i * 60_000).toISOString());
        await apply(one, world, ids, context);
        world = next(world, one, i);
      }
      app.at('2026-03-01T00:00:00Z');
      await agree(world, ids, context);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
