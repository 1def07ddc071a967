import type { ApiError } from '../../../platform/errors.ts';
import { contentionError, retryOnContention } from '../../../platform/retry.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { TransactionResult } from '../../../platform/table/transaction.ts';
import { put, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { linkEntries } from '../records/chain.ts';
import { type ChainHead, chainHeads } from '../records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** The ends of chains by their ledger's partition, as they were read. */
export type Heads = ReadonlyMap<string, ChainHead | undefined>;

/** The ends of these ledgers' chains, in the items that their keys were read as. */
export const headsIn = (ledgers: readonly string[], items: readonly (Item | undefined)[]): Heads =>
  new Map(ledgers.map((ledger, i) => [ledger, items[i] && chainHeads.fromItem(items[i])]));

/**
 * These writes with their entries bound to the chains, and with the ends that the chains then have. It fails as a
 * transaction where another entry was bound meanwhile, so that no chain has two ends.
 */
export const appendToChain = (writes: readonly Write[], before: Heads, account: string): Write[] => {
  const { writes: entries, heads } = linkEntries(writes, before);
  const ends = [...heads].map(([ledger, { n, hash }]) => {
    const head = before.get(ledger);
    const condition = head ? ({ attribute: 'hash', is: '=', value: head.hash } as const) : 'absent';
    return put(chainHeads, { account, ledger, n, hash }, condition);
  });
  return [...entries, ...ends];
};

const TRIES = 10;

/** One transaction of writes with entries of the ledgers named. Where only a chain had moved on, it is tried again. */
export const transactWithChain = async (
  writes: readonly Write[],
  ledgers: readonly string[],
  { account, table }: Deps,
): Promise<TransactionResult> => {
  const attempt = async (): Promise<TransactionResult | undefined> => {
    const items = await table.getItems(ledgers.map((ledger) => chainHeads.key({ ledger })));
    const written = await table.transact(appendToChain(writes, headsIn(ledgers, items), account));
    if (written.done) return written;
    const failures = written.failures.slice(0, writes.length);
    return failures.some((failure) => failure !== undefined) ? { done: false, failures } : undefined;
  };
  return retryOnContention(attempt, { tries: TRIES, what: CONTENDED });
};

const CONTENDED = 'the consent of this profile';

/** For a caller, when the chain moved on at every try. */
export const chainContention = (): ApiError => contentionError(CONTENDED);
