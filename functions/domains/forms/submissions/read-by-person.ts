import type { Person } from '../../../model/personal-data/person.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { formSubmissions, submissionsPk } from './store.ts';

const MAX_SUBMISSIONS = 10_000;

/** Reads the items of submissions with an identifier of the person that the worker has not carried out yet. */
export const readSubmissionsOf = async (
  { identifiers }: Pick<Person, 'identifiers'>,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Item[]> => {
  const found: Item[] = [];
  for (const { value } of identifiers) {
    const keys = await table.query({ index: 'gsi1', pk: submissionsPk(account, value), limit: MAX_SUBMISSIONS });
    const items = await table.getItems(keys.map(({ gsi1sk }) => formSubmissions.key({ account, id: String(gsi1sk) })));
    found.push(...items.filter((item) => item !== undefined));
  }
  return found;
};
