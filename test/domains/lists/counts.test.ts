import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countMembers, readListsOf } from '../../../functions/domains/lists/actions.ts';
import { readMemberships } from '../../../functions/domains/profiles/memberships/deduplicate.ts';
import { memberCounts, memberships } from '../../../functions/domains/profiles/memberships/store.ts';
import { readProfiles } from '../../../functions/domains/profiles/records/resolve.ts';
import { shardOf } from '../../../functions/platform/table/listing/shards.ts';
import { update } from '../../../functions/platform/table/write.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { sized } from '../../support/size.ts';
import { profile } from '../profiles/people.ts';

/** Tests every nth request at which one operation meets another. */
const STEP = sized({ full: 1, reduced: 7 });

const start = async (people: number) => {
  const app = await startApp({ ...lists, routes: { ...profiles.routes, ...lists.routes } });
  const list: string = (await app.post('/api/lists', { data: { type: 'list', attributes: { name: 'L' } } })).body.data
    .id;
  const ids: string[] = [];
  for (let i = 0; i < people; i++)
    ids.push((await app.post('/api/profiles', profile({ email: `p${i}@example.com` }))).body.data.id);
  const one = (id = '') => ({ type: 'profile', id });
  const members = (method: string, some: readonly string[]) =>
    app.send(method, `/api/lists/${list}/relationships/profiles`, { data: some.map(one) });
  const add = (...some: string[]) => members('POST', some);
  const leave = (...some: string[]) => members('DELETE', some);
  const merge = (into: string, from: string) =>
    app.post('/api/profile-merge', {
      data: { ...one(into), type: 'profile-merge', relationships: { profiles: { data: [one(from)] } } },
    });
  const undo = async (id: string) => {
    const { body } = await app.get(`/api/profiles/${id}/merges`);
    const holding = (body.data ?? []).find((it: { attributes: { undone_at: unknown } }) => !it.attributes.undone_at);
    return holding && app.post(`/api/profile-merges/${holding.id}/undo`, undefined);
  };
  /** The list's count, and the profiles with memberships; both from the list itself. */
  const counted = async () => {
    const there = await readProfiles(ids, app.context());
    const on = await Promise.all(there.map((person) => readListsOf(person, app.context())));
    const { body } = await app.get(`/api/lists/${list}/profiles?page[size]=100`);
    return {
      count: await countMembers(list, app.context()),
      people: on.filter(({ length }) => length > 0).length,
      listed: body.data.length,
    };
  };
  return { app, list, ids, add, leave, merge, undo, counted };
};
type World = Awaited<ReturnType<typeof start>>;

const exact = async ({ counted }: World) => {
  const { count, people, listed } = await counted();
  expect([count, listed]).toEqual([people, people]);
};

/** Operations under way, and operations on A and B that interrupt them. */
const works: Readonly<Record<string, (world: World, a: string, b: string) => Promise<unknown>>> = {
  'adding A': ({ add }, a) => add(a),
  'adding B': ({ add }, _, b) => add(b),
  'adding both': ({ add }, a, b) => add(a, b),
  'removing A': ({ leave }, a) => leave(a),
  'removing B': ({ leave }, _, b) => leave(b),
  'merging B into A': ({ merge }, a, b) => merge(a, b),
  'undoing that': ({ undo }, a) => undo(a),
};
const isOfMerges = (work: string): boolean => work.startsWith('merging') || work.startsWith('undoing');

const before: Readonly<Record<string, (world: World, a: string, b: string) => Promise<unknown>>> = {
  'nobody is on the list': async () => {},
  'B is on it': ({ add }, _, b) => add(b),
  'both are on it': async ({ add }, a, b) => {
    await add(a);
    await add(b);
  },
  'both are on it and merged': async ({ add, merge }, a, b) => {
    await add(b);
    await add(a);
    await merge(a, b);
  },
  'they are merged': ({ merge }, a, b) => merge(a, b),
};

describe.each(Object.entries(before))('where %s', (_, prepare) => {
  test.each(Object.entries(works))(
    'a list keeps its count when %s interrupts it at any request',
    { timeout: 60_000 },
    async (__, first) => {
      const [name] = Object.entries(works).find(([, work]) => work === first) ?? [''];
      // Without a merge or undo on either side nothing can conflict.
      const others = Object.entries(works).filter(([other]) => other !== name && [name, other].some(isOfMerges));
      for (const [nth, [, meanwhile]] of others.entries()) {
        for (let at = 1 + (nth % STEP), isOver = false; !isOver; at += STEP) {
          const world = await start(2);
          const [a = '', b = ''] = world.ids;
          await prepare(world, a, b);
          let request = 0;
          const stop = world.app.watch(async (___, next) => {
            const answer = await next();
            request += 1;
            if (request === at) {
              stop();
              await meanwhile(world, a, b);
            }
            return answer;
          });
          await first(world, a, b);
          stop();
          isOver = request < at;
          await exact(world);
        }
      }
    },
  );
});

/** Operations under way where A includes B and C, and the undo that splits one of them off. */
const worksOfThree: Readonly<Record<string, (world: World, ids: readonly string[]) => Promise<unknown>>> = {
  'undoing a merge': ({ undo }, [a = '']) => undo(a),
  'merging D': ({ merge }, [a = '', , , d = '']) => merge(a, d),
  'adding A and D': ({ add }, [a = '', , , d = '']) => add(a, d),
  'removing A': ({ leave }, [a = '']) => leave(a),
};

test.each(Object.entries(worksOfThree))(
  'a list keeps its count where %s meets the undo of other merges, at any request',
  { timeout: 300_000 },
  async (name, first) => {
    const step = name.startsWith('undoing') ? 1 : STEP;
    for (const undone of [1, 2])
      for (let at = undone, isOver = false; !isOver; at += step) {
        const world = await start(4);
        const [a = '', b = '', c = '', d = ''] = world.ids;
        await world.add(a, b, c, d);
        await world.merge(a, b);
        await world.merge(a, c);
        let request = 0;
        const stop = world.app.watch(async (__, next) => {
          const isNow = ++request === at;
          if (isNow) {
            stop();
            for (let i = 0; i < undone; i++) await world.undo(a);
          }
          return next();
        });
        await first(world, world.ids);
        stop();
        isOver = request < at;
        await exact(world);
      }
  },
);

test('corrects a count after a crash with the next change of the list', async () => {
  for (const touch of ['add', 'merge'] as const) {
    const world = await start(3);
    const [a = '', b = '', c = ''] = world.ids;
    await world.add(b);
    await world.add(a);
    await world.merge(a, b);
    const { account } = world.app;
    // As between a merge and its count update.
    const double = (await readMemberships([a, b], world.app.context())).find(({ isDouble }) => isDouble);
    if (!double) throw new Error('There is no double.');
    await world.app.table.write(update(memberships, double, { remove: ['isDouble'] }));
    await world.app.table.write(
      update(memberCounts, { account, listId: world.list, shard: shardOf(double.profileId) }, { add: { count: 1 } }),
    );
    expect(await countMembers(world.list, world.app.context())).toBe(2);
    await (touch === 'add' ? world.add(a) : world.merge(a, c));
    await exact(world);
  }
});

test('keeps counts correct under many simultaneous operations', { timeout: 300_000 }, async () => {
  const work = fc.tuple(fc.constantFrom(...Object.values(works)), fc.nat(4), fc.nat(4));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(work, { minLength: 2, maxLength: 6 }), { maxLength: 5 }), async (rounds) => {
      const world = await start(5);
      for (const round of rounds) {
        const { ids } = world;
        await Promise.all(round.map(([act, a, b]) => a !== b && act(world, ids[a] ?? '', ids[b] ?? '')));
        await exact(world);
      }
    }),
    { numRuns: sized({ full: 8, reduced: 4 }) },
  );
});
