import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ulid } from 'ulid';
import { least } from '../figure.ts';
import { chart } from './chart.ts';
import { eventItem, fill, profileItems } from './fill.ts';
import { operations } from './operations.ts';
import { report } from './report.ts';
import { onDynamoDbLocal, startWorld } from './world.ts';

const RUNS = 25;
const PER_PERSON = 10;
/** People that are there from the start, so that a page of them is full at every size. */
const OTHERS = 100;
const people: string[] = [];
const personOf = (n: number): string => (people[n] ??= ulid(Date.UTC(2026, 0, 1) + n));

export interface Measured {
  readonly ground: 'one profile' | 'across profiles';
  readonly operation: string;
  readonly kind: 'write' | 'read';
  readonly events: number;
  readonly ms: number;
  readonly units: number;
}

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '1000,100000,1000000' } } });
const sizes = values.sizes.split(',').map(Number);

const measured: Measured[] = [];
for (const ground of ['one profile', 'across profiles'] as const) {
  await onDynamoDbLocal(async (endpoint) => {
    const world = await startWorld(endpoint);
    const owner = (n: number) => (ground === 'one profile' ? personOf(0) : personOf(Math.floor(n / PER_PERSON)));
    const isNewPerson = (n: number) => (ground === 'one profile' ? n === 0 : n % PER_PERSON === 0);
    await fill(world, OTHERS, (n) => profileItems(world, ulid(Date.UTC(2025, 0, 1) + n), -n));
    let filled = 0;
    let round = 0;
    for (const size of sizes) {
      const from = filled;
      await fill(world, size - from, (i) => {
        const n = from + i;
        const profile = isNewPerson(n) ? profileItems(world, owner(n), n) : [];
        return [...profile, eventItem(world, owner(n), n)];
      });
      console.error(`${ground}: ${size} events`);
      const given = { events: size, profileId: personOf(0) };
      // The emulator is slow at first.
      if (filled === 0)
        for (const { run } of operations) await least(RUNS, () => run(world, given, round++).then(() => 0));
      filled = size;
      for (const { name, kind, run } of operations) {
        const once = () => run(world, given, round++);
        await once();
        const { writes, reads, statements } = await world.measure(once);
        const ms = await least(RUNS, async () => {
          const start = performance.now();
          await once();
          return performance.now() - start;
        });
        // An INSERT costs what the put of the same item does: one unit, and one for the index.
        measured.push({ ground, operation: name, kind, events: size, ms, units: writes + reads + 2 * statements });
      }
    }
  });
}
const docs = join(import.meta.dirname, '../../../docs');
writeFileSync(join(docs, 'growth.md'), report(measured));
writeFileSync(join(docs, 'growth.svg'), chart(measured));
