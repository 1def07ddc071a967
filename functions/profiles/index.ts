import * as accounts from '../accounts/routes.ts';
import type { Domain } from '../domain.ts';
import { failBulkImport } from './bulk/fail.ts';
import { runBulkImport } from './bulk/run.ts';
import { BULK_IMPORT } from './bulk/start.ts';
import { BULK } from './bulk/store.ts';
import * as bulkImport from './routes/bulk-import.ts';
import * as clientPushTokens from './routes/client-push-tokens.ts';
import * as consent from './routes/consent.ts';
import * as ledgerExport from './routes/ledger-export.ts';
import * as lists from './routes/lists.ts';
import * as merging from './routes/merges.ts';
import * as own from './routes/profiles.ts';
import * as pushTokenRoutes from './routes/push-tokens.ts';
import * as tokens from './routes/tokens.ts';
import * as unbuilt from './routes/unbuilt.ts';

export const profiles: Domain = {
  name: 'profiles',
  routes: {
    ...own,
    ...consent,
    ...ledgerExport,
    ...lists,
    ...bulkImport,
    ...merging,
    ...tokens,
    ...pushTokenRoutes,
    ...clientPushTokens,
    ...unbuilt,
    // Clients check their key by them, before they write profiles.
    ...accounts,
  },
  triggers: [{ on: 'message', kind: BULK_IMPORT, handle: runBulkImport, fail: failBulkImport }],
  uses: ['table', 'table:check', 'queue', { bucket: 'imports', read: [BULK], write: [BULK] }],
  // Rows about people who were erased are taken out at the end.
  workerUses: ['table', 'table:check', 'queue', { bucket: 'imports', read: [BULK], write: [BULK], erase: [BULK] }],
};
