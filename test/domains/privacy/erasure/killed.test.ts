import { expect, test } from 'vitest';
import { generator } from '../../../support/random.ts';
import { sized } from '../../../support/size.ts';
import { askToErase, certificateOf, countsIn, eventOf, profileOf, subscribing } from '../people.ts';
import { startShop } from '../shop.ts';

type Shop = Awaited<ReturnType<typeof startShop>>;

const email = 'ada@example.com';

/** A person with data in every place. */
const fill = async (shop: Shop): Promise<void> => {
  await shop.post('/api/profiles', profileOf({ email, external_id: 'ada-7', anonymous_id: 'ada-b' }));
  for (const value of [1, 2, 3]) await shop.post('/api/events', eventOf({ email }, { value, unique_id: `${value}` }));
  await shop.post('/api/profile-subscription-bulk-create-jobs', subscribing(email, 'news'));
  await shop.importFile('profiles/a.csv', `Email,Phone Number\n${email},wrong\neve@example.com,wrong\n`);
  const events = await shop.events();
  await shop.archiveAll(events);
  await shop.archiveAll(events.toReversed());
};

const isClean = async (shop: Shop): Promise<void> => {
  expect(await shop.table()).not.toMatch(/ada@|ada-7|ada-b/);
  expect(JSON.stringify(await shop.files())).not.toMatch(/ada@/);
};

const quietly = async () => {
  const shop = await startShop();
  await fill(shop);
  const certificate = await shop.erase({ email });
  await isClean(shop);
  return countsIn(certificate);
};

const retry = (shop: Shop, id: string) =>
  shop.patch(`/api/data-privacy-deletion-jobs/${id}`, {
    data: { type: 'data-privacy-deletion-job', attributes: { status: 'queued' } },
  });

/** Waits until a job is settling or complete; `run` advances it as far as it gets. */
const untilSettled = async (shop: Shop, id: string, run: () => Promise<void>): Promise<void> => {
  for (let runs = 0; runs < 200; runs++) {
    await run();
    const { status } = await certificateOf(shop, id);
    if (status === 'settling' || status === 'complete') return;
    // Ten crashes without progress fail it.
    if (status === 'failed') await retry(shop, id);
    // Leases of killed runs expire.
    shop.wait(16);
  }
  throw new Error('It is never done.');
};

test.each(sized({ full: [1, 2, 3], reduced: [1] }))(
  'completes an erasure with the same result after crashes at any point (%i)',
  { timeout: 90_000 },
  async (seed) => {
    const expected = await quietly();
    const shop = await startShop();
    await fill(shop);
    const { body } = await askToErase(shop, { email });
    const { id } = body.data;
    const random = generator(seed);
    let kills = 0;
    await untilSettled(shop, id, async () => {
      const died = await shop.dieAfter(Math.floor(4 + random() * (20 + kills)), [
        shop.messages.eraser(id),
        shop.messages.sweeping,
      ]);
      if (died) kills += 1;
    });

    expect(kills).toBeGreaterThan(3);
    expect(countsIn(await certificateOf(shop, id))).toEqual(expected);
    await isClean(shop);
  },
);

test('hands over until the job is done when every run has ten seconds', {
  timeout: 90_000,
}, async () => {
  const expected = await quietly();
  const shop = await startShop();
  await fill(shop);
  const { body } = await askToErase(shop, { email });
  const { id } = body.data;
  let runs = 0;
  await untilSettled(shop, id, async () => {
    for (const message of [shop.messages.eraser(id), shop.messages.sweeping]) {
      let left = 11_000;
      runs += 1;
      await shop.deliver(message, shop.services, () => {
        left -= 1_000;
        return left;
      });
    }
  });

  expect(runs).toBeGreaterThan(4);
  expect(countsIn(await certificateOf(shop, id))).toEqual(expected);
  await isClean(shop);
});

test('survives network failures and duplicate messages without a different result', {
  timeout: 90_000,
}, async () => {
  const expected = await quietly();
  const shop = await startShop({ seed: 5, rate: 0.08 });
  // The requests that create the person are not counted.
  shop.serveWith({});
  await fill(shop);
  const { body } = await askToErase(shop, { email });
  const { id } = body.data;
  const both = [shop.messages.eraser(id), shop.messages.eraser(id), shop.messages.sweeping, shop.messages.sweeping];
  await untilSettled(shop, id, () => shop.workOff(both));

  expect(countsIn(await certificateOf(shop, id))).toEqual(expected);
  expect(Object.keys(shop.proxy.struck).length).toBeGreaterThan(2);
  await isClean(shop);
});
