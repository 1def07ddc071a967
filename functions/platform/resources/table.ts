import * as v from 'valibot';
import { openDynamo } from '../table/client/dynamo.ts';
import { openSharedTable } from '../table/shared-table.ts';
import { openedAtOnce } from './declaration.ts';

/**
 * `table` reads, writes and removes items one by one or in transactions; `table:read` gets many items by their keys, and
 * `table:erase` removes entries of ledgers too. `table:create-many` and `table:update-many` write many items at once,
 * `table:check` makes a transaction depend on an item that it doesn't write.
 */
export const table = openedAtOnce({
  uses: ['table', 'table:read', 'table:erase', 'table:create-many', 'table:update-many', 'table:check'],
  env: { TABLE_NAME: v.string() },
  open: ({ TABLE_NAME }, { connection, transport }) =>
    openSharedTable(TABLE_NAME, openDynamo(connection, { transport })),
});
