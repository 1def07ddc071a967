import { ApiError } from '../../../platform/errors.ts';
import { listPage, type Page, type PageRequest } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../context.ts';
import type { AuditEntry } from './entry.ts';
import { AUDIT, auditEntries, auditPk } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** @throws ApiError `not_found` */
export const getAuditEntry = async (id: string, { account, table }: Deps): Promise<AuditEntry> => {
  const entry = await table.get(auditEntries, { account, id });
  if (!entry) throw new ApiError('not_found', { detail: `There is no audit entry ${id.slice(0, 64)}.` });
  return entry;
};

/** Lists administrative changes, the newest first. */
export const listAuditEntries = async (page: PageRequest, { account, table }: Deps): Promise<Page<AuditEntry>> => {
  const { items, ...cursors } = await listPage(table, {
    partitions: [auditPk(account)],
    prefix: AUDIT,
    descending: true,
    ...page,
  });
  return { ...cursors, items: items.map(auditEntries.fromItem) };
};
