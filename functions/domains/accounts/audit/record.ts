import type { AdministrativeChange } from '../../../platform/administrative-change.ts';
import { ApiError, errorCodes } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create, update } from '../../../platform/table/write.ts';
import { changedValues } from './changed-values.ts';
import { type Actor, type AuditEntry, KEPT_DAYS } from './entry.ts';
import { auditEntries } from './store.ts';

type Deps = Pick<Services, 'table' | 'now' | 'newId'> & { readonly account: string; readonly actor: Actor };

/**
 * Makes an administrative change and records it. The entry is written first, so that there is no change without one; a
 * process that dies during the change leaves it `started`.
 */
export const recordChange = async <Result>(change: AdministrativeChange<Result>, context: Deps): Promise<Result> => {
  const entry = await startEntry(change, context);
  const end = (set: Partial<AuditEntry>) => context.table.write(update(auditEntries, entry, { set }));
  let result: Result;
  try {
    result = await change.run();
  } catch (error) {
    // The reason of the change's failure is the one to report.
    await end(failureOf(error)).catch(() => undefined);
    throw error;
  }
  const { id: resourceId, values } = change.after(result);
  const states = changedValues(change.before, values);
  await end({ outcome: 'done', ...(resourceId !== undefined && { resourceId }), ...states });
  return result;
};

const startEntry = async (
  { action, type, id: resourceId, before }: Omit<AdministrativeChange<unknown>, 'run' | 'after'>,
  { account, actor, table, now, newId }: Deps,
): Promise<AuditEntry> => {
  const at = now();
  const entry: AuditEntry = {
    account,
    id: newId(at),
    at: at.toISOString(),
    actor,
    action,
    resourceType: type,
    ...(resourceId !== undefined && { resourceId }),
    outcome: 'started',
    ...changedValues(before, undefined),
    expiresAt: expiryAfterDays(at, KEPT_DAYS),
  };
  await table.write(create(auditEntries, entry));
  return entry;
};

const failureOf = (error: unknown): Pick<AuditEntry, 'outcome' | 'error'> =>
  error instanceof ApiError
    ? { outcome: errorCodes[error.code].status < 500 ? 'refused' : 'failed', error: error.code }
    : { outcome: 'failed', error: error instanceof Error ? error.name : 'unknown' };
