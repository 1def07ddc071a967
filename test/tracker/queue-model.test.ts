import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventText } from '../../functions/browser/tracker/delivery/bodies.ts';
import { sized } from '../support/size.ts';
import { openDevice, type Tab } from './device.ts';
import { type Outcome, openServer } from './server.ts';

type Step =
  | { readonly kind: 'track' | 'reload' | 'leave' | 'return'; readonly tab: number }
  | { readonly kind: 'identify'; readonly tab: number; readonly person: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'network'; readonly outcomes: readonly Outcome[] };

const tab = fc.integer({ min: 0, max: 2 });
const outcome = fc.constantFrom<Outcome>('ok', 'lost', 'away', 'busy');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('track' as const), tab }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('reload' as const, 'leave' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('return' as const), tab }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('identify' as const), tab, person: fc.constantFrom('ada', 'bob', 'cy') }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(10, 50, 330, 6_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('network' as const),
      outcomes: fc.array(outcome, { minLength: 1, maxLength: 6 }),
    }),
  },
);

interface Tracked {
  readonly id: string;
  /** Whom it belongs to; anonymous events belong to the first person who is identified after them. */
  owner: string | undefined;
  readonly isBackfill: boolean;
}

/** Runs the steps on the real code, and afterwards lets everything be sent. */
const run = async (steps: readonly Step[], { quota, isRace = false }: { quota?: number; isRace?: boolean } = {}) => {
  const server = openServer();
  const device = openDevice(server.send);
  if (quota !== undefined) device.quota.characters = quota;
  const tracked: Tracked[] = [];
  let current: string | undefined;
  const tabs: Tab[] = [device.openTab(), device.openTab(), device.openTab()];
  const reopen = (index: number): void => {
    tabs[index]?.close();
    tabs[index] = device.openTab();
  };
  const track = (queue: Tab['queue']): void => {
    const id = `e${tracked.length}`;
    tracked.push({ id, owner: current, isBackfill: current === undefined });
    const time = device.clock.now();
    void queue.track(eventText({ name: 'Test', properties: {}, time, uniqueId: id }), { time, canBackfill: true });
  };
  const take = async (one: Step): Promise<void> => {
    if (one.kind === 'wait') return device.clock.pass(one.ms);
    if (one.kind === 'network') return server.expect(one.outcomes);
    const { queue } = tabs[one.tab] ?? device.openTab();
    if (one.kind === 'reload') reopen(one.tab);
    else if (one.kind === 'leave') {
      queue.finish();
      reopen(one.tab);
    } else if (one.kind === 'return') queue.resume();
    else if (one.kind === 'identify') {
      void queue.identify({ email: one.person });
      current = one.person;
      for (const event of tracked) event.owner ??= current;
    } else track(queue);
  };
  if (isRace)
    device.race(() => {
      for (const { queue } of tabs) track(queue);
    });
  for (const one of steps) {
    await take(one);
    // Events of one millisecond have no order among tabs.
    await device.clock.pass(1);
  }
  server.expect([]);
  for (const [index] of tabs.entries()) reopen(index);
  await device.clock.pass(3_600_000);
  return { tracked, stored: server.stored(), left: device.area.length, cookie: device.cookie() };
};

const steps = fc.array(step, { minLength: 1, maxLength: 40 });
const numRuns = sized({ full: 20_000, reduced: 400 });

test('whatever happens, each event is stored once, and with its own person', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (taken, isRace) => {
      const { tracked, stored } = await run(taken, { isRace });
      const owned = tracked.filter(({ owner }) => owner !== undefined);
      const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);
      expect(stored.map(({ id, person, isBackfill }) => ({ id, person, isBackfill })).sort(byId)).toEqual(
        owned.map(({ id, owner, isBackfill }) => ({ id, person: owner, isBackfill })).sort(byId),
      );
    }),
    { numRuns },
  );
});

test('where no page sends as it ends, the events of a person arrive in their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps.filter((all) => all.every(({ kind }) => kind !== 'leave')),
      async (taken) => {
        const { tracked, stored } = await run(taken);
        const place = new Map(tracked.map(({ id }, index) => [id, index]));
        for (const person of ['ada', 'bob', 'cy']) {
          const places = stored.filter((one) => one.person === person).map(({ id }) => place.get(id) ?? -1);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
        }
      },
    ),
    { numRuns: numRuns / 4 },
  );
});

test('where storage is full, the oldest events leave; none is doubled or goes to another person', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1_200, max: 2_500 }), async (taken, quota) => {
      const { tracked, stored } = await run(taken, { quota });
      const owners = new Map(tracked.map(({ id, owner }) => [id, owner]));
      expect(stored.map(({ id }) => owners.get(id))).toEqual(stored.map(({ person }) => person));
      expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    }),
    { numRuns },
  );
});
