import type { Person } from '../../../model/personal-data/person.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { limitPk, optInsPk, pendingOptIns } from './pending.ts';

type Identified = Pick<Person, 'identifiers'>;

const emailsOf = ({ identifiers }: Identified): string[] =>
  identifiers.flatMap(({ kind, value }) => (kind === 'email' ? [value] : []));

const MAX_OPT_INS = 10_000;

/**
 * Subscriptions that were asked for before a time with an address of the person, or accepted for whatever else names
 * them: after it they may ask for it themselves.
 */
export const optInsOf = async (
  { before, ...person }: Identified & { readonly before: string },
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const found: Item[] = [];
  for (const { value } of person.identifiers) {
    const keys = await table.query({ index: 'gsi1', pk: optInsPk(account, value), limit: MAX_OPT_INS });
    const items = await table.getItems(keys.map(({ gsi1sk }) => pendingOptIns.key({ account, id: String(gsi1sk) })));
    found.push(...items.flatMap((item) => (item && pendingOptIns.fromItem(item).requestedAt < before ? [item] : [])));
  }
  return found;
};

/** What was counted of the person's addresses. That they want no mail stays: it names nobody, and is heeded. */
export const limitPartitions = (person: Identified, account: string): string[] =>
  emailsOf(person).map((value) => limitPk(account, 'address', value));
