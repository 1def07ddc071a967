import * as v from 'valibot';
import { openDynamo } from '../table/client/dynamo.ts';
import { openSharedTable } from '../table/shared-table.ts';
import { eagerResource } from './declaration.ts';

/**
 * `table` reads, writes and removes single items, also in transactions. `table:read` reads many items by their keys,
 * `table:query` those of a partition or an index. `table:erase` also removes ledger entries. `table:create-many` and
 * `table:update-many` write many items at once. `table:check` allows condition checks on other items in a transaction.
 * `table:count` writes items of counts only.
 */
export const table = eagerResource({
  uses: [
    'table',
    'table:read',
    'table:query',
    'table:erase',
    'table:create-many',
    'table:update-many',
    'table:check',
    'table:count',
  ],
  env: { TABLE_NAME: v.string() },
  open: ({ TABLE_NAME }, { connection, transport }) =>
    openSharedTable(TABLE_NAME, openDynamo(connection, { transport })),
});
