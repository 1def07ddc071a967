import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { generator } from '../../support/random.ts';
import { sized } from '../../support/size.ts';
import { event } from './event-bodies.ts';
import { startTotals } from './totals.ts';

const names = ['Placed Order', 'Viewed Product'];
const metrics = names.map((name) => metricIdOf({ service: 'api', name }));
const MINUTE = 60_000;
const DAY = 86_400_000;

test.each(sized({ full: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], reduced: [2] }))(
  'totals agree with the events of the table, whatever comes twice, late, at once or cut otherwise, or dies (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const random = generator(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T;
    let clock = Date.parse('2026-01-01T22:00:00Z');
    const app = await startTotals(new Date(clock).toISOString());
    const send = () => {
      const age = pick([0, 0, 0, 20 * MINUTE, 3 * 3_600_000, 40 * DAY, 380 * DAY]);
      const isPublic = random() < 0.2;
      const body = event({
        name: pick(names),
        person: { email: pick(['a@example.com', 'b@example.com']) },
        ...(random() < 0.5 && { unique_id: `u${below(10)}` }),
        ...(random() < 0.7 && { value: below(10_000) / 100 }),
        properties: { n: below(1_000) },
        time: new Date(clock - age - below(60) * 1_000).toISOString(),
      });
      return isPublic
        ? app.post(`/client/events?company_id=${app.account}`, body, { authorization: '' })
        : app.post('/api/events', body);
    };
    const removeOne = async () => {
      const stored = await app.storedEvents();
      if (stored.length > 0) await app.remove(pick(stored));
    };

    // Events that nobody counts, some of which are removed before they are counted.
    for (let i = 0; i < 30; i++) await send();
    await app.follow();
    const held: DynamoDBRecord[][] = [];
    const past: DynamoDBRecord[] = [];
    const steps = sized({ full: 300, reduced: 60 });
    for (let step = 0; step < steps; step++) {
      clock += pick([1_000, MINUTE, 5 * MINUTE, 20 * MINUTE, ...(step % 25 === 0 ? [DAY, 3 * DAY] : [])]);
      app.at(new Date(clock).toISOString());
      for (let i = below(4); i > 0; i--) await (random() < 0.25 ? removeOne() : send());
      const records = await app.follow();
      past.push(...records);
      held.push(records);
      if (random() < 0.3) held.push(past.slice(below(past.length)).slice(0, 1 + below(10)));
      // Messages come in any order, some of them hours later.
      if (random() < 0.2) await app.workAtOnce(held.splice(0, 3));
      while (held.length > 0 && random() < 0.8) {
        const [batch = []] = held.splice(below(held.length), 1);
        if (batch.length > 0) await app.read(batch);
        await app.work(random() < 0.3 ? below(12) : undefined, 1 + below(3));
      }
    }
    for (const batch of held) if (batch.length > 0) await app.read(batch);
    while ((await app.work()) > 0);
    clock += DAY;
    app.at(new Date(clock).toISOString());
    await send();
    await app.read(await app.follow());
    while ((await app.work()) > 0);

    expect(app.deadLetters()).toEqual([]);
    for (const metric of metrics) {
      const totals = await app.totals(metric);
      expect(Object.keys(totals ?? {}).length).toBeGreaterThan(10);
      expect(totals).toEqual(await app.expected(metric));
    }
  },
);
