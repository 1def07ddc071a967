import { openCache } from '../../../platform/cache.ts';
import type { Table } from '../../../platform/table/table.ts';

/** How many payloads a process keeps of one account in a minute, and how many of one network. */
const MAX_PER_MINUTE = 60;
const MAX_OF_NETWORK = 20;
const MINUTE_MS = 60_000;

interface Usage {
  total: number;
  readonly byNetwork: Map<string, number>;
}

const openUsages = () => openCache<Usage>({ ttlMs: MINUTE_MS, maxEntries: 1_000 });

const usages = new WeakMap<Table, ReturnType<typeof openUsages>>();

interface Claim {
  readonly account: string;
  /** The network of a public caller. */
  readonly network: string | undefined;
  readonly count: number;
}

/**
 * How many payloads may be kept of so many now. The rest is counted without its payload: garbage costs no more than good
 * events, and one network leaves room for the others.
 */
export const claimPayloads = async (
  { account, network, count }: Claim,
  { table, now }: { readonly table: Table; readonly now: () => Date },
): Promise<number> => {
  const ofTable = usages.get(table) ?? openUsages();
  usages.set(table, ofTable);
  const usage = await ofTable.get(account, now(), async () => ({ total: 0, byNetwork: new Map() }));
  const ofNetwork = network === undefined ? 0 : (usage.byNetwork.get(network) ?? 0);
  const leftOfNetwork = network === undefined ? count : MAX_OF_NETWORK - ofNetwork;
  const granted = Math.max(0, Math.min(count, MAX_PER_MINUTE - usage.total, leftOfNetwork));
  usage.total += granted;
  if (network !== undefined) usage.byNetwork.set(network, ofNetwork + granted);
  return granted;
};
