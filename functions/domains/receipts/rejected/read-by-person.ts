import type { Person } from '../../../model/personal-data/person.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { personMatcher } from './named-people.ts';
import { unpackPayload } from './payload.ts';
import { REJECTED, rejectedItems, rejectedPartitions } from './store.ts';

const PAGE = 500;

/** Reads the rejected items that name a person. Reads all of the last 14 days, since a payload may have any shape. */
export const readRejectedOf = async (
  person: Person,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const isTheirs = personMatcher(person);
  const found: Item[] = [];
  for (const pk of rejectedPartitions(account)) {
    let after: string | undefined;
    do {
      const items = await table.query({ pk, prefix: REJECTED, limit: PAGE, ...(after !== undefined && { after }) });
      found.push(
        ...items.filter((item) => {
          const { payload, reasons } = rejectedItems.fromItem(item);
          const text = payload === undefined ? '' : unpackPayload(payload);
          return isTheirs(text) || reasons.some(({ detail }) => isTheirs(detail));
        }),
      );
      after = items.length === PAGE ? String(items.at(-1)?.sk) : undefined;
    } while (after !== undefined);
  }
  return found;
};
