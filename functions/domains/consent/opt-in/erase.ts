import type { Person } from '../../../model/personal-data/person.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { limitPk, optInsPk, pendingOptIns } from './store.ts';

type Identified = Pick<Person, 'identifiers'>;

const emailsOf = ({ identifiers }: Identified): string[] =>
  identifiers.flatMap(({ kind, value }) => (kind === 'email' ? [value] : []));

const MAX_OPT_INS = 10_000;

/**
 * Reads opt-ins that were requested before a time with an identifier of the person. Later ones may be their own new
 * request.
 */
export const readOptInsBefore = async (
  { before, ...person }: Identified & { readonly before: string },
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const optIns: Item[] = [];
  for (const { value } of person.identifiers) {
    const keys = await table.query({ index: 'gsi1', pk: optInsPk(account, value), limit: MAX_OPT_INS });
    const items = await table.getItems(keys.map(({ gsi1sk }) => pendingOptIns.key({ account, id: String(gsi1sk) })));
    optIns.push(...items.flatMap((item) => (item && pendingOptIns.fromItem(item).requestedAt < before ? [item] : [])));
  }
  return optIns;
};

/** The partitions with counts of the person's addresses. A refusal of mails is kept: its keyed hash names nobody. */
export const limitPartitions = (person: Identified, account: string): string[] =>
  emailsOf(person).map((value) => limitPk(account, 'address', value));
