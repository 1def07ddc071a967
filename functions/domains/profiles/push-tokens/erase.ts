import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { readTokens } from './actions.ts';
import { tokenOwners } from './store.ts';

/**
 * Reads the items that name the owners of tokens. They are stored apart from the profile, so they are erased
 * separately.
 */
export const readTokenOwners = async (
  profileIds: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const { account, table } = context;
  const tokens = await readTokens(profileIds, context);
  const items = await table.getItems(tokens.map(({ id }) => tokenOwners.key({ account, id })));
  return items
    .filter((item) => item !== undefined)
    .filter((item) => profileIds.includes(tokenOwners.fromItem(item).profileId));
};
