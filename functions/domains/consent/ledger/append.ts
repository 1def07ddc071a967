import type { ApiError } from '../../../platform/errors.ts';
import { contentionError, retryOnContention } from '../../../platform/retry.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { TransactionResult } from '../../../platform/table/transaction.ts';
import { put, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { linkEntries } from '../records/chain.ts';
import { type ChainHead, chainHeads } from '../records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Chain heads by the partition of their ledger. */
export type Heads = ReadonlyMap<string, ChainHead | undefined>;

/** The chain heads among items that were read by the ledgers' keys. */
export const headsByLedger = (ledgers: readonly string[], items: readonly (Item | undefined)[]): Heads =>
  new Map(ledgers.map((ledger, i) => [ledger, items[i] && chainHeads.fromItem(items[i])]));

/** Reads the heads of the chains of these ledgers. */
export const readHeads = async (ledgers: readonly string[], { table }: Pick<Deps, 'table'>): Promise<Heads> => {
  if (ledgers.length === 0) return new Map();
  return headsByLedger(ledgers, await table.getItems(ledgers.map((ledger) => chainHeads.key({ ledger }))));
};

/**
 * Links the ledger entries among these writes to their chains, and adds the writes of the new heads. The transaction
 * fails if another entry was appended meanwhile, so no chain ever has two ends.
 */
export const appendToChain = (writes: readonly Write[], before: Heads, account: string): Write[] => {
  const { writes: entries, heads } = linkEntries(writes, before);
  const headWrites = [...heads].map(([ledger, { n, hash }]) => {
    const head = before.get(ledger);
    const condition = head ? ({ attribute: 'hash', is: '=', value: head.hash } as const) : 'absent';
    return put(chainHeads, { account, ledger, n, hash }, condition);
  });
  return [...entries, ...headWrites];
};

const TRIES = 10;

/** Writes a transaction with entries of these ledgers. Tries again if only a chain has moved on. */
export const transactWithChain = async (
  writes: readonly Write[],
  ledgers: readonly string[],
  { account, table }: Deps,
): Promise<TransactionResult> => {
  const attempt = async (): Promise<TransactionResult | undefined> => {
    const result = await table.transact(appendToChain(writes, await readHeads(ledgers, { table }), account));
    if (result.done) return result;
    const failures = result.failures.slice(0, writes.length);
    return failures.some((failure) => failure !== undefined) ? { done: false, failures } : undefined;
  };
  return retryOnContention(attempt, { tries: TRIES, what: CONTENDED });
};

const CONTENDED = 'the consent of this profile';

/** For callers that run out of attempts. */
export const chainContentionError = (): ApiError => contentionError(CONTENDED);
