import { routes as audit } from '../api/klaviyo/accounts/audit.ts';
import * as accounts from '../api/klaviyo/accounts/routes.ts';
import { routes as bulkImportRelationships } from '../api/klaviyo/bulk-imports/relationships.ts';
import * as bulkImport from '../api/klaviyo/bulk-imports/routes.ts';
import * as ledgerExport from '../api/klaviyo/consent/ledger-export.ts';
import * as consent from '../api/klaviyo/consent/profile-consent.ts';
import * as merging from '../api/klaviyo/merges/routes.ts';
import * as clientRoutes from '../api/klaviyo/profiles/client-routes.ts';
import * as tokens from '../api/klaviyo/profiles/exchange-tokens.ts';
import { routes as relationships } from '../api/klaviyo/profiles/relationships.ts';
import * as own from '../api/klaviyo/profiles/routes.ts';
import * as clientPushTokens from '../api/klaviyo/push-tokens/client-routes.ts';
import { routes as pushTokens } from '../api/klaviyo/push-tokens/resource.ts';
import * as pushTokenRoutes from '../api/klaviyo/push-tokens/routes.ts';
import { bulkImport as bulkImportJob } from '../domains/bulk-imports/run.ts';
import { BULK } from '../domains/bulk-imports/store.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const profiles: ServiceDeclaration = {
  name: 'profiles',
  locatesVisitors: true,
  routes: {
    ...own,
    ...clientRoutes,
    ...consent,
    ...ledgerExport,
    ...relationships,
    ...bulkImport,
    ...bulkImportRelationships,
    ...merging,
    ...tokens,
    ...pushTokens,
    ...pushTokenRoutes,
    ...clientPushTokens,
    // Clients check their key by them, before they write profiles.
    ...accounts,
    ...audit,
  },
  onDeadLetter,
  triggers: [bulkImportJob],
  uses: ['table', 'table:check', 'queue', { bucket: 'imports', read: [BULK], write: [BULK] }],
  // Rows about people who were erased are taken out at the end.
  workerUses: ['table', 'table:check', 'queue', { bucket: 'imports', read: [BULK], write: [BULK], erase: [BULK] }],
};

export const { http, queue, exhausted } = lambda(profiles);
