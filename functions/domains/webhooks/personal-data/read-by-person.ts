import type { Person } from '../../../model/personal-data/person.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { profileDeliveriesPk } from '../deliveries/records/store.ts';

const MAX_DELIVERIES = 10_000;

/** Reads the logged deliveries about a person. */
export const readDeliveriesOf = async (
  { profileIds }: Pick<Person, 'profileIds'>,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const found: Item[] = [];
  for (const id of profileIds) {
    const keys = await table.query({ index: 'gsi2', pk: profileDeliveriesPk(account, id), limit: MAX_DELIVERIES });
    const items = await table.getItems(keys.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    found.push(...items.filter((item) => item !== undefined));
  }
  return found;
};
