import { definition } from '../../../platform/table/definition.ts';
import { listPage } from '../../../platform/table/listing/pages.ts';
import type { Table } from '../../../platform/table/table.ts';
import { profilePartitions } from './store.ts';

const PAGE = 100;

/** Reads the ids of all profiles of an account, oldest first, page by page. Merged profiles are not listed. */
export async function* readProfileIds(account: string, table: Pick<Table, 'query'>): AsyncGenerator<string[]> {
  const partitions = profilePartitions(account, 'id');
  let cursor: string | undefined;
  do {
    const page = await listPage(table, {
      index: 'gsi1',
      partitions,
      descending: false,
      size: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    yield page.items.map((item) => String(item[definition.indexes.gsi1.sk]));
    cursor = page.next;
  } while (cursor);
}
