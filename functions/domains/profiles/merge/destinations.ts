import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { mergedProfilePartitions } from '../records/store.ts';

const PAGE = 5_000;

/** Reads all merged profiles of an account, with their destinations. Reads an index, which may lag by a second. */
export const readDestinations = async ({
  account,
  table,
}: Pick<Context, 'account' | 'table'>): Promise<ReadonlyMap<string, string>> => {
  const lists = mergedProfilePartitions(account);
  const pages = await inParallel(lists, lists.length, async (pk) => {
    const pairs: (readonly [string, string])[] = [];
    let after = '';
    for (;;) {
      const items = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== '' && { after }) });
      pairs.push(...items.map(({ gsi1sk }) => parsePair(String(gsi1sk))));
      after = String(items.at(-1)?.gsi1sk);
      if (items.length < PAGE) return pairs;
    }
  });
  return new Map(pages.flat());
};

const parsePair = (place: string): readonly [string, string] => {
  const [source = '', destination = ''] = place.split('#');
  return [source, destination];
};
