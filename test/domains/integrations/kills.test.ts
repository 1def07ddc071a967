import { expect, test } from 'vitest';
import { sampleText, startHooks } from './start.ts';

const EMAIL = 'grace@example.org';
const orders = ['orders/create', 'refunds/create', 'customers_email_marketing_consent/update'];

/** What a caller sees of a person, without what differs between two runs. */
const seen = async (shop: Awaited<ReturnType<typeof startHooks>>) => {
  const events = await shop.events(EMAIL);
  const { attributes, id } = await shop.profile(EMAIL);
  const ledger = (await shop.ledger(id)).data;
  return {
    events: events.map(({ metric, datetime, event_properties }) => [metric, datetime, event_properties]),
    name: attributes.first_name,
    consent: attributes.subscriptions.email.marketing.consent,
    // Entries of one time are in any order.
    ledger: ledger
      .map(({ attributes: entry }: { attributes: { to: string; at: string } }) => `${entry.at} ${entry.to}`)
      .toSorted(),
    people: (await shop.get('/api/profiles')).body.data.length,
    rejected: (await shop.rejected()).length,
  };
};

class Killed extends Error {}

/** Processes the deliveries. Their worker dies at its n-th request, before or after it takes effect. */
const run = async (dies?: { readonly at: number; readonly isAfter: boolean }) => {
  const shop = await startHooks('shopify');
  let requests = 0;
  for (const topic of orders) {
    await shop.call(topic, sampleText('shopify', topic));
    const [delivery] = shop.queue.splice(0);
    const work = () => shop.trigger.handle(delivery?.message, shop.services, { remainingMs: () => 60_000 });
    const stop = shop.watch(async (_, next) => {
      requests += 1;
      const isLast = requests === dies?.at;
      if (isLast && !dies?.isAfter) throw new Killed();
      const answer = await next();
      if (isLast) throw new Killed();
      return answer;
    });
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      // SQS delivers it again.
      await work();
    } finally {
      stop();
    }
    // And twice after all.
    await work();
  }
  return { result: await seen(shop), requests };
};

test('a worker that dies at any request, and comes again, stores the same', { timeout: 300_000 }, async () => {
  const { result: expected, requests } = await run();
  expect(expected).toMatchObject({ people: 1, rejected: 0, consent: 'UNSUBSCRIBED' });
  expect(expected.events).toHaveLength(2);
  for (let at = 1; at <= requests; at++)
    for (const isAfter of [false, true])
      expect([at, isAfter, (await run({ at, isAfter })).result]).toEqual([at, isAfter, expected]);
});
