import { expect, test } from 'vitest';
import { itemDeletionJob } from '../../../functions/domains/catalog/delete-item.ts';
import { storeVariants } from '../../../functions/domains/catalog/write/variants.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { catalog } from '../../../functions/services/catalog.ts';
import { startApp } from '../../support/app.ts';
import { categoryBody, itemBody, PREFIX } from '../../support/catalog/catalog-bodies.ts';
import { generator } from '../../support/random.ts';
import { sized } from '../../support/size.ts';
import { killedAt } from '../feeds/killed-at.ts';

const VARIANTS = sized({ full: 25_000, reduced: 3_000 });

/** A shop with an item of a category that has too many variants for a request. */
const start = async (count = VARIANTS) => {
  const sent: object[] = [];
  const queue = () => ({ send: async (message: object) => void sent.push(message) });
  const app = await startApp(catalog, { services: { queue } });
  await app.post('/api/catalog-categories', { data: categoryBody('shirts') });
  await app.post('/api/catalog-items', { data: itemBody('big', {}, ['shirts']) });
  const text = { title: 'Shirt', description: '', url: 'https://shop.example/shirt' };
  const drafts = Array.from({ length: count }, (_, i) => ({
    ...{ ...text, id: `v${i}`, item: 'big', sku: `s${i}`, price: 1, quantity: 1 },
  }));
  await storeVariants(drafts, { mode: 'create' }, { ...app.services, account: app.account });
  const work = (services: Services = app.services) =>
    itemDeletionJob.handle({ account: app.account, id: 'big' }, services, { remainingMs: () => 900_000 });
  let minute = 0;
  /** Runs the job until it sends no message any more. */
  const workOff = async (): Promise<number> => {
    let runs = 0;
    for (; sent.length > 0; runs++) {
      sent.splice(0);
      minute += 1;
      app.at(new Date(Date.UTC(2026, 1, 1, 1, minute)).toISOString());
      await work();
    }
    return runs;
  };
  const listed = async (path: string): Promise<number> => (await app.get(path)).body.data.length;
  return { ...app, sent, work, workOff, listed };
};

const big = `/api/catalog-items/${PREFIX}big`;

test('an item with more variants than a request can delete is deleted by one request', async () => {
  const app = await start();
  expect((await app.delete(big)).status).toBe(204);
  expect((await app.get(big)).status).toBe(404);
  expect(await app.listed('/api/catalog-items')).toBe(0);
  expect(await app.listed(`/api/catalog-categories/${PREFIX}shirts/items`)).toBe(0);
  expect((await app.post('/api/catalog-items', { data: itemBody('big') })).status).toBe(409);
  // Again, as a client does whose first answer was lost.
  expect((await app.delete(big)).status).toBe(204);
  expect(await app.workOff()).toBeLessThan(5);
  expect(await app.listed('/api/catalog-variants')).toBe(0);
  expect((await app.delete(big)).status).toBe(404);
  expect((await app.post('/api/catalog-items', { data: itemBody('big') })).status).toBe(201);
  expect(await app.listed(`${big}/variants`)).toBe(0);
});

test('the deletion ends, wherever it is killed', async () => {
  const random = generator(119);
  const app = await start(2_501);
  expect((await app.delete(big)).status).toBe(204);
  for (let life = 0; life < 12; life++) {
    const { services } = killedAt(app.services, 1 + Math.floor(random() * 400), life % 2 === 0);
    await app.work(services).catch(() => undefined);
    // The lease of the killed run ends.
    app.at(new Date(Date.UTC(2026, 1, 1, life + 1)).toISOString());
  }
  // A job that was killed too often fails. Deleting the item again continues it.
  expect((await app.delete(big)).status).toBe(204);
  for (let runs = 0; runs < 4; runs++) {
    app.at(new Date(Date.UTC(2026, 1, 2, runs)).toISOString());
    await app.work();
  }
  expect(await app.listed('/api/catalog-variants')).toBe(0);
  expect((await app.post('/api/catalog-items', { data: itemBody('big') })).status).toBe(201);
});
