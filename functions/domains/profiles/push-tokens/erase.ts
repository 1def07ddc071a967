import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { tokensOf } from './actions.ts';
import { tokenOwners } from './store.ts';

/** What says whose a token is: it stands apart from the profile, so it has to be erased by itself. */
export const tokenOwnersOf = async (
  profileIds: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const { account, table } = context;
  const tokens = await tokensOf(profileIds, context);
  const items = await table.getItems(tokens.map(({ id }) => tokenOwners.key({ account, id })));
  return items
    .filter((item) => item !== undefined)
    .filter((item) => profileIds.includes(tokenOwners.fromItem(item).profileId));
};
