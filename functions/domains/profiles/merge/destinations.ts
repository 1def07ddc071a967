import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { mergedLists } from '../records/store.ts';

const PAGE = 5_000;

/** Every profile of an account that was merged into another, with that other. From an index: the last second may be missing. */
export const destinations = async ({
  account,
  table,
}: Pick<Context, 'account' | 'table'>): Promise<ReadonlyMap<string, string>> => {
  const lists = mergedLists(account);
  const found = await inParallel(lists, lists.length, async (pk) => {
    const all: (readonly [string, string])[] = [];
    let after = '';
    for (;;) {
      const items = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== '' && { after }) });
      all.push(...items.map(({ gsi1sk }) => pairIn(String(gsi1sk))));
      after = String(items.at(-1)?.gsi1sk);
      if (items.length < PAGE) return all;
    }
  });
  return new Map(found.flat());
};

const pairIn = (place: string): readonly [string, string] => {
  const [source = '', destination = ''] = place.split('#');
  return [source, destination];
};
