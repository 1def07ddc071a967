import { expect, test } from 'vitest';
import type { Services } from '../../../../functions/platform/resources/services.ts';
import { askToErase, certificateOf, eventOf, profileOf } from '../people.ts';
import { startShop } from '../shop.ts';

/** Services that run a callback before their first transaction. */
const beforeFirstTransaction = (services: Services, meanwhile: () => Promise<unknown>): Services => {
  let isFirst = true;
  const table = new Proxy(services.table, {
    get(of, name) {
      const member: unknown = Reflect.get(of, name);
      if (name !== 'transact' || typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        if (isFirst) {
          isFirst = false;
          await meanwhile();
        }
        return member.apply(of, given);
      };
    },
  });
  return { ...services, table };
};

test('leaves nothing of either profile when a merge is undone during their erasure', async () => {
  const shop = await startShop();
  const made = async (email: string): Promise<string> =>
    (await shop.post('/api/profiles', profileOf({ email }))).body.data.id;
  const [a, b, c] = [await made('a@example.com'), await made('b@example.com'), await made('c@example.com')];
  const merge = (into: string, from: string) =>
    shop.post('/api/profile-merge', {
      data: {
        type: 'profile-merge',
        id: into,
        relationships: { profiles: { data: [{ type: 'profile', id: from }] } },
      },
    });
  await shop.post('/api/events', eventOf({ email: 'b@example.com' }));
  await merge(a, b);
  const [journal] = (await shop.get(`/api/profiles/${a}/merges`)).body.data;
  const undoAndMerge = async () => {
    expect((await shop.post(`/api/profile-merges/${journal.id}/undo`, undefined)).status).toBe(200);
    // Another profile is merged into the separated one.
    expect((await merge(b, c)).status).toBe(201);
  };

  const { id } = (await askToErase(shop, { email: 'a@example.com' })).body.data;
  expect(await shop.deliver(shop.messages.eraser(id), beforeFirstTransaction(shop.services, undoAndMerge))).toBe(true);
  await shop.pass(id);

  for (const one of [a, b, c]) expect((await shop.get(`/api/profiles/${one}`)).status).toBe(404);
  const table = await shop.table();
  for (const name of ['a@example.com', 'b@example.com', 'c@example.com']) expect(table).not.toContain(name);
  expect(await shop.events()).toEqual([]);
  expect((await certificateOf(shop, id)).profile_ids.toSorted()).toEqual([a, b, c].toSorted());
});
