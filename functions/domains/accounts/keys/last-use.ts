import type { ApiKey } from '../../../model/account.ts';
import { openCache } from '../../../platform/cache.ts';
import { errorFields } from '../../../platform/log.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import { apiKeys } from '../store.ts';

/** The time is as exact as this: a process writes a key at most once an hour, whatever its rate. */
const HOUR_MS = 3_600_000;

/** Creates a recorder of when keys were last used. The request that it fails for is answered all the same. */
export const openLastUses = () => {
  const recorded = openCache<boolean>({ ttlMs: HOUR_MS, maxEntries: 1_000 });
  return async (key: ApiKey, services: Pick<Services, 'table' | 'now' | 'log'>): Promise<void> => {
    await recorded.get(key.hash, services.now(), () => recordUse(key, services));
  };
};

const recordUse = async (key: ApiKey, { table, now, log }: Pick<Services, 'table' | 'now' | 'log'>) => {
  const at = now();
  const anHourAgo = new Date(at.getTime() - HOUR_MS).toISOString();
  if (key.lastUsedAt !== undefined && key.lastUsedAt > anHourAgo) return true;
  const condition = {
    any: [
      { attribute: 'lastUsedAt', is: 'missing' },
      { attribute: 'lastUsedAt', is: '<=', value: anHourAgo },
    ],
  } as const;
  try {
    // Refused where another process was faster.
    await table.write(update(apiKeys, key, { set: { lastUsedAt: at.toISOString() }, condition }));
  } catch (error) {
    log.warn('use of a key not recorded', errorFields(error));
  }
  return true;
};
