import { entity } from '../../../platform/table/entity.ts';
import { AuditEntry } from './entry.ts';

export const AUDIT = 'AUDIT#';

export const auditPk = (account: string): string => `A#${account}#AUDIT`;

export const auditEntries = entity({
  type: 'audit_entry',
  schema: AuditEntry,
  key: ({ account, id }: Pick<AuditEntry, 'account' | 'id'>) => ({ pk: auditPk(account), sk: `${AUDIT}${id}` }),
});
