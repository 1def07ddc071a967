import type { Account } from '../../../model/account.ts';
import { errorFields } from '../../../platform/log.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Table } from '../../../platform/table/table.ts';
import { put } from '../../../platform/table/write.ts';
import { type LiveEntry, liveBatches } from './store.ts';

type Deps = Pick<Services, 'table' | 'now' | 'newId'> &
  Partial<Pick<Services, 'log'>> & {
    readonly account: string;
    readonly accountSettings?: Pick<Account, 'liveUntil'> | undefined;
  };

const MAX_ENTRIES = 20;
/** How many batches with entries a process writes in a second for one account. The rest is counted. */
const MAX_BATCHES = 4;
/**
 * So many counts of the rest are written at once in a second, later ones with ever more in each. A function that is
 * frozen after its answer could not write them later.
 */
const MAX_SINGLE_COUNTS = 10;
const RETENTION_SECONDS = 600;

interface Window {
  second: number;
  batches: number;
  counts: number;
  /** Entries that are neither shown nor counted yet. */
  more: number;
}

const windows = new WeakMap<Table, Map<string, Window>>();

const windowOf = (account: string, table: Table): Window => {
  const ofTable = windows.get(table) ?? new Map<string, Window>();
  windows.set(table, ofTable);
  const window = ofTable.get(account) ?? { second: 0, batches: 0, counts: 0, more: 0 };
  ofTable.set(account, window);
  return window;
};

export const isLookedAt = ({ accountSettings, now }: Pick<Deps, 'accountSettings' | 'now'>): boolean =>
  accountSettings?.liveUntil !== undefined && accountSettings.liveUntil > now().toISOString();

/** Reports what came in, if somebody looks. Nothing is written otherwise, and no failure reaches the caller. */
export const reportLive = async (entries: readonly Omit<LiveEntry, 'at'>[], context: Deps): Promise<void> => {
  if (entries.length === 0 || !isLookedAt(context)) return;
  const { account, table, now, newId, log } = context;
  const at = now();
  const window = windowOf(account, table);
  const second = Math.floor(at.getTime() / 1_000);
  if (window.second !== second) Object.assign(window, { second, batches: 0, counts: 0 });
  const isFull = window.batches >= MAX_BATCHES;
  const room = isFull ? 0 : MAX_ENTRIES;
  window.more += Math.max(0, entries.length - room);
  if (isFull && window.more <= window.counts - MAX_SINGLE_COUNTS) return;
  window.batches += isFull ? 0 : 1;
  window.counts += isFull ? 1 : 0;
  const { more } = window;
  window.more = 0;
  const shown = entries.slice(0, room).map((entry) => ({ at: at.toISOString(), ...entry }));
  const batch = { account, id: newId(at), entries: shown, more, expiresAt: second + RETENTION_SECONDS };
  try {
    await table.write(put(liveBatches, batch));
  } catch (error) {
    log?.warn('not reported live', errorFields(error));
  }
};
