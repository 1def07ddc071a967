import { expect, test } from 'vitest';
import { generator } from '../../support/random.ts';
import { sized } from '../../support/size.ts';
import { startReceiver, startWebhooks } from './start.ts';

const EVENTS = sized({ full: 120, reduced: 30 });
const people = ['a@example.com', 'b@example.com', 'c@example.com'];
const kinds = ['serverErrorLate', 'resetLate', 'serverError', 'throttled', 'conflict'] as const;

/** A receiver that fails in every way, and remembers what it took over, in order. */
const startUnreliable = async (random: () => number) => {
  const receiver = await startReceiver();
  const taken: { readonly n: number; readonly email: string }[] = [];
  let isReliable = false;
  receiver.answerWith(({ body: { data } }, response) => {
    const one = { n: data.event.properties.n, email: data.profile.email };
    const dice = isReliable ? 0 : random();
    if (dice < 0.55) {
      taken.push(one);
      response.writeHead(204).end();
    } else if (dice < 0.7) {
      // Taken over, and the answer is lost.
      taken.push(one);
      response.destroy();
    } else if (dice < 0.8) response.destroy();
    else response.writeHead(dice < 0.9 ? 500 : 429, { 'retry-after': '30' }).end();
  });
  return {
    ...receiver,
    taken,
    recover: () => {
      isReliable = true;
    },
  };
};

const firstOf = (taken: readonly { readonly n: number; readonly email: string }[], email: string): number[] => [
  ...new Set(taken.filter((one) => one.email === email).map(({ n }) => n)),
];

test.each(sized({ full: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], reduced: [3] }))(
  'delivers at least once and in order of each profile, and nothing after a deletion, whatever fails (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const random = generator(seed);
    const shop = await startWebhooks({ faults: { seed, rate: 0.08, kinds } });
    const [kept, deleted] = [await startUnreliable(random), await startUnreliable(random)];
    const keptId = await shop.createWebhook(kept.url, ['event.created']);
    const deletedId = await shop.createWebhook(deleted.url, ['event.created']);
    const { webhooks } = await import('../../../functions/services/webhooks.ts');

    const sent = new Map<string, number[]>(people.map((email) => [email, []]));
    let afterDeletion = -1;
    for (let n = 1; n <= EVENTS; n++) {
      const email = people[Math.floor(random() * people.length)] ?? '';
      await shop.sendEvent(email, { n });
      sent.get(email)?.push(n);
      const records = await shop.records();
      await shop.changes.read(records);
      // The stream repeats a batch, and time passes between the runs.
      if (random() < 0.2) await shop.changes.read(records);
      if (random() < 0.7) await shop.changes.work(webhooks);
      if (random() < 0.7) await shop.work();
      if (random() < 0.5) shop.wait(Math.floor(random() * 120));
      if (n === Math.floor(EVENTS / 2)) {
        expect((await shop.delete(`/api/webhooks/${deletedId}`)).status).toBe(204);
        afterDeletion = deleted.received.length;
      }
    }
    kept.recover();
    for (let round = 0; round < 20; round++) {
      await shop.changes.work(webhooks);
      await shop.pass(1);
    }

    // Answers were lost, so that some came twice, and others were refused.
    expect(kept.taken.length).toBeGreaterThan(EVENTS);
    expect(kept.received.length).toBeGreaterThan(kept.taken.length);
    for (const [email, all] of sent) expect([email, firstOf(kept.taken, email)]).toEqual([email, all]);
    expect(deleted.received.length).toBe(afterDeletion);
    for (const email of people)
      expect(firstOf(deleted.taken, email)).toEqual(firstOf(deleted.taken, email).toSorted((a, b) => a - b));
    const log = await shop.get(`/api/webhooks/${keptId}/deliveries?filter=equals(status,"pending")`);
    expect(log.body.data).toEqual([]);
  },
);
