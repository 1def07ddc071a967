import { followStock } from '../../functions/domains/back-in-stock/follow-stock.ts';
import { itemBody, PREFIX, variantBody } from '../support/catalog/catalog-bodies.ts';
import type { World } from '../support/redrive.ts';

/** Starts the round of a variant for which one person waits. */
export const startStockRound = async (world: World): Promise<{ readonly message: object }> => {
  await world.post('/api/catalog-items', { data: itemBody('blue') });
  await world.post('/api/catalog-variants', { data: variantBody('m', 'blue', { inventory_quantity: 0 }) });
  await world.post('/api/back-in-stock-subscriptions', {
    data: {
      type: 'back-in-stock-subscription',
      attributes: {
        channels: ['EMAIL'],
        profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
      },
      relationships: { variant: { data: { type: 'catalog-variant', id: `${PREFIX}m` } } },
    },
  });
  const id = `${PREFIX}m`;
  const attributes = { inventory_quantity: 1 };
  await world.patch(`/api/catalog-variants/${encodeURIComponent(id)}`, {
    data: { type: 'catalog-variant', id, attributes },
  });
  const key = { pk: `A#${world.account}#VARIANT#m`, sk: 'VARIANT' };
  const stock = { account: world.account, id: 'm', published: true };
  const [before, after] = [
    { ...stock, quantity: 0 },
    { ...stock, quantity: 1 },
  ];
  const change = { kind: 'updated', key, position: '1', at: '', before, after } as const;
  await followStock([change], world.services);
  return { message: { account: world.account, id: 'm' } };
};
