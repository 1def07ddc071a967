import fc from 'fast-check';
import { expect, test } from 'vitest';
import { upsertProfile } from '../../../../functions/domains/profiles/actions.ts';
import { mergeProfiles, undoMerge } from '../../../../functions/domains/profiles/merge/actions.ts';
import { listMerges } from '../../../../functions/domains/profiles/merge/journal.ts';
import { mergeIdOf } from '../../../../functions/domains/profiles/merge/store.ts';
import { getProfile, readIdentifierOwners } from '../../../../functions/domains/profiles/records/resolve.ts';
import { openDynamo } from '../../../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../../../functions/platform/table/table.ts';
import { startFaultyProxy } from '../../../support/faults/faults.ts';
import { tableEndpoint } from '../../../support/table.ts';
import { type App, startProfiles } from '../people.ts';

const PEOPLE = 4;
const NAMES = ['p', 'q'] as const;

type Step =
  | { readonly does: 'merge'; readonly into: number; readonly from: number }
  /** The newest active merge of these two, if any. */
  | { readonly does: 'undo'; readonly into: number; readonly from: number }
  | {
      readonly does: 'set';
      readonly who: number;
      readonly name: (typeof NAMES)[number];
      readonly value: string | null;
    };

const who = fc.integer({ min: 0, max: PEOPLE - 1 });
const two = { into: who, from: who };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('merge' as const), ...two }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('undo' as const), ...two }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('set' as const),
      who,
      name: fc.constantFrom(...NAMES),
      value: fc.constantFrom('1', '2', null),
    }),
  },
);

type Properties = Readonly<Record<string, string>>;
/** One profile: its own values, null for cleared ones, and the profiles merged into it, in order. */
interface Person {
  readonly own: Readonly<Record<string, string | null>>;
  readonly parts: readonly number[];
  readonly into?: number;
}
type World = readonly Person[];

const at = (world: World, i: number): Person => world[i] ?? { own: {}, parts: [] };
const standing = (world: World, i: number): number => {
  const { into } = at(world, i);
  return into === undefined ? i : standing(world, into);
};
const view = (world: World, i: number): Properties => {
  const { own, parts } = at(world, i);
  // Later entries of an object win: the first part over the others, and its own values over all.
  const all = Object.assign({}, ...parts.map((part) => view(world, part)).toReversed(), own);
  return Object.fromEntries(Object.entries<string | null>(all).flatMap(([k, v]) => (v === null ? [] : [[k, v]])));
};
const replace = (world: World, i: number, person: Person): World => world.map((one, k) => (k === i ? person : one));

const next = (world: World, given: Step): World => {
  switch (given.does) {
    case 'merge': {
      const [into, from] = [standing(world, given.into), standing(world, given.from)];
      if (into === from) return world;
      const { own, parts } = at(world, into);
      return replace(replace(world, into, { own, parts: [...parts, from] }), from, { ...at(world, from), into });
    }
    case 'undo': {
      const { into, from } = given;
      if (at(world, from).into !== into || at(world, into).into !== undefined) return world;
      const { own, parts } = at(world, into);
      const { into: _, ...free } = at(world, from);
      return replace(replace(world, into, { own, parts: parts.filter((part) => part !== from) }), from, free);
    }
    case 'set': {
      const i = standing(world, given.who);
      const { own, ...rest } = at(world, i);
      const { name, value } = given;
      if ((view(world, i)[name] ?? null) === value) return world;
      // Cleared values must not come back from merged profiles.
      const cleared = value === null && rest.parts.length === 0;
      return replace(world, i, { ...rest, own: cleared ? without(own, name) : { ...own, [name]: value } });
    }
  }
};

const without = (own: Person['own'], name: string): Person['own'] =>
  Object.fromEntries(Object.entries(own).filter(([key]) => key !== name));

type Context = Parameters<typeof mergeProfiles>[1];

/** As a client that repeats a request on a retryable error. */
const insist = async <T>(action: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (tries === 40 || (error instanceof Error && /^(not_found|conflict|invalid)/.test(error.message))) throw error;
    }
  }
};

const emailOf = (i: number): string => `p${i}@example.com`;

const make = (context: Context): Promise<string[]> =>
  Promise.all(
    Array.from({ length: PEOPLE }, async (_, i) => {
      const input = { identifiers: { email: emailOf(i) }, fields: {}, properties: { [`only${i}`]: String(i) } };
      const rules = { onConflict: 'refuse', caller: 'trusted' } as const;
      return (await insist(() => upsertProfile(input, rules, context))).profile.id;
    }),
  );

const apply = async (given: Step, ids: readonly string[], context: Context): Promise<void> => {
  const idOf = (i: number): string => ids[i] ?? '';
  switch (given.does) {
    case 'merge':
      await insist(() =>
        mergeProfiles({ destination: idOf(given.into), source: idOf(given.from), cause: 'request' }, context),
      );
      return;
    case 'undo': {
      const { items } = await insist(() => listMerges(idOf(given.into), { size: 100 }, context));
      const held = items.find(
        ({ destination, source, undone }) => !undone && destination === idOf(given.into) && source === idOf(given.from),
      );
      // Its destination may be merged elsewhere by now: then it is refused, as in the model.
      if (held) await insist(() => undoMerge(mergeIdOf(held), context)).catch(() => undefined);
      return;
    }
    case 'set': {
      const properties = { [given.name]: given.value };
      const input = { id: idOf(given.who), identifiers: {}, fields: {}, properties };
      await insist(() => upsertProfile(input, { onConflict: 'refuse', caller: 'trusted' }, context));
    }
  }
};

const agree = async (world: World, ids: readonly string[], context: Context): Promise<void> => {
  for (const i of ids.keys()) {
    const root = standing(world, i);
    const { id, email, properties } = await getProfile(ids[i] ?? '', context);
    expect({ id, email }).toEqual({ id: ids[root], email: emailOf(root) });
    expect(properties).toEqual(view(world, root));
    const [named] = await readIdentifierOwners({ email: emailOf(i) }, context);
    expect(named?.owner).toBe(ids[root]);
    expect([...(named?.sources ?? [])].sort()).toEqual(
      ids.filter((_, k) => k !== root && standing(world, k) === root).toSorted(),
    );
  }
};

const start: World = Array.from({ length: PEOPLE }, (_, i) => ({ own: { [`only${i}`]: String(i) }, parts: [] }));

test('matches the model after merges, undos and changes in any order', {
  timeout: 60_000,
}, async () => {
  const app = await startProfiles();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const context = { ...app.context(), account: `M${round++}` };
      const ids = await make(context);
      let world = start;
      for (const one of steps) {
        await apply(one, ids, context);
        world = next(world, one);
      }
      await agree(world, ids, context);
    }),
    { numRuns: 10 },
  );
});

const faulty = async (app: App, seed: number) => {
  const proxy = await startFaultyProxy(tableEndpoint(), { seed, rate: 0.15 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamo = openDynamo({ endpoint: proxy.endpoint, region: 'us-east-1', credentials });
  return { proxy, table: openTable(app.tableName, dynamo) };
};

test('matches the model when requests fail, are lost or time out', { timeout: 60_000 }, async () => {
  const app = await startProfiles();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), fc.integer(), async (steps, seed) => {
      const { proxy, table } = await faulty(app, seed);
      const context = { ...app.context(), account: `F${round++}` };
      try {
        const ids = await make({ ...context, table });
        let world = start;
        for (const one of steps) {
          await apply(one, ids, { ...context, table });
          world = next(world, one);
        }
        await agree(world, ids, context);
      } finally {
        proxy.stop();
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('leaves one whole tree after simultaneous merges, with each person at their destination', {
  timeout: 60_000,
}, async () => {
  const app = await startProfiles();
  let round = 0;
  const pairs = fc.array(fc.record(two), { minLength: 2, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pairs, async (asked) => {
      const context = { ...app.context(), account: `C${round++}` };
      const ids = await make(context);
      await Promise.all(asked.map(({ into, from }) => apply({ does: 'merge', into, from }, ids, context)));
      const found = await Promise.all(ids.map((id) => getProfile(id, context)));
      for (const [i, profile] of found.entries()) {
        const [named] = await readIdentifierOwners({ email: emailOf(i) }, context);
        expect(named?.owner).toBe(profile.id);
        const members = found.flatMap((one, k) => (one.id === profile.id ? (ids[k] ?? []) : []));
        expect([profile.id, ...(profile.sources ?? []).map(({ id }) => id)].sort()).toEqual(members.toSorted());
        for (const k of members.map((id) => ids.indexOf(id))) expect(profile.properties[`only${k}`]).toBe(String(k));
      }
      for (const { into, from } of asked) expect(found[into]?.id).toBe(found[from]?.id);
    }),
    { numRuns: 10 },
  );
});
