import type { Item } from '../../platform/table/entity.ts';
import { memberships } from '../profiles/memberships/store.ts';

/** The membership that an item is, if it is one. */
export const listIn = (item: Item) => (item.type === memberships.type ? memberships.fromItem(item) : undefined);
