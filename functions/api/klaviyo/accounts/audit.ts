import { getAuditEntry } from '../../../domains/accounts/audit/read.ts';
import { AUDIT, auditEntries, auditPk } from '../../../domains/accounts/audit/store.ts';
import { pagedListing } from '../../../platform/http/resource/listing.ts';
import { defineResource } from '../resource.ts';
import { auditEntryView } from './audit-view.ts';

export const routes = defineResource({
  view: auditEntryView,
  noun: { one: 'audit entry', many: 'audit entries' },
  scope: 'audit',
  getOne: getAuditEntry,

  list: {
    operation: 'getAuditEntries',
    summary: 'List administrative changes',
    description:
      'Who changed which setting, when, and the values before and after: of the account, its keys, lists, forms, ' +
      'webhooks and import mappings, by the API and by the command line. Newest first by default. Kept for two years.',
    page: { default: 20, max: 100 },
    ...pagedListing({ entity: auditEntries, pk: auditPk, prefix: AUDIT, sort: 'at', isDescending: true }),
  },

  get: { operation: 'getAuditEntry' },
});
