import { expect, test } from 'vitest';
import { stockRound } from '../../../functions/domains/back-in-stock/round-job.ts';
import { generator } from '../../support/random.ts';
import { sized } from '../../support/size.ts';
import { killedAt } from '../feeds/killed-at.ts';
import { startStock } from './start.ts';

const ACTIONS = sized({ full: 120, reduced: 40 });
const people = Array.from({ length: 6 }, (_, i) => `p${i}@example.com`);

/** Random subscriptions, opt-outs and changes of stock; each round can be killed before or after one of its calls. */
const play = async (seed: number): Promise<void> => {
  const shop = await startStock();
  const random = generator(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const asked = new Map<string, number>();
  /** How often those who opted out had been notified by then. */
  const final = new Map<string, number>();
  const log: string[] = [];

  const runAndDie = async (): Promise<void> => {
    const { services } = killedAt(shop.stockServices(), 1 + below(30), random() < 0.5);
    await shop.work(services).catch(() => undefined);
  };
  const actions = {
    subscribe: async () => {
      const email = people[below(people.length)] ?? '';
      if (!(await shop.statusesOf(email)).includes('waiting')) asked.set(email, (asked.get(email) ?? 0) + 1);
      await shop.subscribe(email);
    },
    change: async () => {
      const quantity = below(4) - 1;
      log.push(`${quantity} in stock`);
      shop.advance(1_000);
      await shop.storeVariant({ id: 'v', quantity });
      await shop.readStream();
      await runAndDie();
    },
    // The lease of a killed run ends, and its message comes again.
    recover: async () => {
      shop.advance(20 * 60_000);
      await stockRound.wake({ account: shop.account, id: 'v' }, shop.stockServices());
      await shop.work();
    },
    optOut: async () => {
      const email = people[below(people.length)] ?? '';
      if (below(4) > 0 || final.has(email)) return;
      await shop.optOut(email);
      const [notified = 0] = await shop.notified([email]);
      final.set(email, notified);
    },
  };
  const names = ['subscribe', 'subscribe', 'change', 'change', 'recover', 'optOut'] as const;
  const check = async (): Promise<void> => {
    const notified = await shop.notified(people);
    for (const [i, email] of people.entries()) {
      expect(notified[i], `${seed}: ${email} after ${log.join(', ')}`).toBeLessThanOrEqual(asked.get(email) ?? 0);
      if (final.has(email)) expect(notified[i], `${seed}: ${email} after ${log.join(', ')}`).toBe(final.get(email));
    }
  };
  for (let action = 0; action < ACTIONS; action++) {
    const name = names[below(names.length)] ?? 'recover';
    log.push(name);
    await actions[name]();
  }
  await check();
  await actions.recover();
  await shop.restock(0);
  await shop.restock(1);
  await check();
  for (const [i, count] of (await shop.notified(people)).entries()) {
    const email = people[i] ?? '';
    expect(await shop.statusesOf(email), email).not.toContain('waiting');
    if (!final.has(email)) expect(count, `${seed}: ${email} after ${log.join(', ')}`).toBe(asked.get(email) ?? 0);
  }
};

test('whatever happens to stock and rounds, each request is answered once, and nobody is notified who opted out', async () => {
  for (let seed = 1; seed <= sized({ full: 40, reduced: 4 }); seed++) await play(seed);
});
