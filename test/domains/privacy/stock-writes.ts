import { itemBody, PREFIX, variantBody } from '../../support/catalog/catalog-bodies.ts';
import { profileOf } from './people.ts';
import { type None, person, type Way, type World } from './person.ts';

const { email, external_id } = person;

/** Lets the person wait for a variant, which is created first. */
const waitFor = async ({ shop }: World, id: string, { path, profile }: { path: string; profile: object }) => {
  await shop.post('/api/catalog-items', { data: itemBody('awaited') });
  await shop.post('/api/catalog-variants', { data: variantBody(id, 'awaited', { inventory_quantity: 0 }) });
  return shop.post(path, {
    data: {
      type: 'back-in-stock-subscription',
      attributes: { channels: ['EMAIL'], profile: profileOf(profile) },
      relationships: { variant: { data: { type: 'catalog-variant', id: PREFIX + id } } },
    },
  });
};

export const stockWrites: Readonly<Record<string, Way | None>> = {
  createBackInStockSubscription: (world) =>
    waitFor(world, 'm', { path: '/api/back-in-stock-subscriptions', profile: { external_id } }),
  createClientBackInStockSubscription: (world) =>
    waitFor(world, 'l', {
      path: `/client/back-in-stock-subscriptions?company_id=${world.shop.account}`,
      profile: { email },
    }),
};
