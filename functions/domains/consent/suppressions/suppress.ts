import { withAllSpellings } from '../../../model/email.ts';
import { listPage } from '../../../platform/table/listing/pages.ts';
import { create, remove, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { transactWithChain } from '../ledger/append.ts';
import type { Address, Evidence } from '../records/consent.ts';
import { addressString, deterministicId } from '../records/decide.ts';
import { addressLedgerPk, suppressionLedger, suppressionPartitions, suppressions } from '../records/store.ts';
import { type Suppression, type SuppressionReason, suppressionReasons } from '../records/suppression.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

export interface NewSuppression {
  /** Normalized. It may belong to no profile. */
  readonly address: Address;
  readonly reason: SuppressionReason;
  readonly at: Date;
  readonly evidence?: Evidence;
  /** Distinguishes two suppressions that would otherwise look like a redelivery. */
  readonly cause?: string;
}

/** Suppresses an address. Safe to repeat: a redelivered call does not restore a suppression that was lifted since. */
export const suppress = async (suppression: NewSuppression, context: Deps): Promise<'suppressed' | 'already'> => {
  const result = await transactWithChain(
    suppressionWrites(suppression, context),
    [addressLedgerPk(context.account, suppression.address)],
    context,
  );
  if (result.done) return 'suppressed';
  if (result.failures[0]?.existing?.at !== suppression.at.toISOString()) return 'already';
  // Either a redelivery of the same call, or another one with the same time.
  const { account, table } = context;
  const { address, reason } = suppression;
  const entry = { account, address, reason, at: suppression.at.toISOString(), id: entryIdOf(suppression) };
  return (await table.get(suppressionLedger, entry)) ? 'suppressed' : 'already';
};

/** The writes of `suppress`, for a transaction with others. They fail if the address is already suppressed. */
export const suppressionWrites = (
  { address, reason, at, evidence, cause = '' }: NewSuppression,
  { account, now }: Pick<Context, 'account' | 'now'>,
): Write[] => {
  const suppression: Suppression = { account, address, reason, at: at.toISOString() };
  const id = entryIdOf({ address, reason, at, cause });
  const recordedAt = now().toISOString();
  return [
    create(suppressions, suppression),
    create(suppressionLedger, { ...suppression, id, to: 'SUPPRESSED', recordedAt, ...(evidence && { evidence }) }),
  ];
};

const entryIdOf = ({ address, reason, at, cause = '' }: NewSuppression): string =>
  deterministicId(at, ['suppress', reason, addressString(address), cause]);

/** Lifts a `USER_SUPPRESSED` suppression, and no other. */
export const unsuppress = async (
  { address, at, evidence }: Pick<NewSuppression, 'address' | 'at' | 'evidence'>,
  context: Deps,
): Promise<'lifted' | 'absent'> => {
  const { account, table } = context;
  const stored = await table.getMany(
    suppressions,
    withAllSpellings([address]).map((one) => ({ account, address: one, reason: 'USER_SUPPRESSED' as const })),
  );
  const existing = stored.find((one) => one !== undefined);
  if (!existing) return 'absent';
  const writes = liftWrites(existing, { at, ...(evidence && { evidence }) }, context);
  const { done } = await transactWithChain(writes, [addressLedgerPk(account, existing.address)], context);
  // Another writer has just lifted it.
  return done ? 'lifted' : 'absent';
};

/** The writes that end a suppression. They fail if it has been replaced by a newer one. */
export const liftWrites = (
  { account, address, reason, at: since }: Suppression,
  { at, evidence }: { readonly at: Date; readonly evidence?: Evidence },
  { now }: Pick<Context, 'now'>,
): Write[] => {
  // A suppression must end after it began, whatever the clocks say.
  const end = new Date(Math.max(at.getTime(), Date.parse(since) + 1));
  const id = deterministicId(end, ['lift', reason, addressString(address), since]);
  return [
    remove(suppressions, { account, address, reason }, { attribute: 'at', is: '=', value: since }),
    create(suppressionLedger, {
      account,
      address,
      reason,
      id,
      to: 'LIFTED',
      at: end.toISOString(),
      recordedAt: now().toISOString(),
      ...(evidence && { evidence }),
    }),
  ];
};

/** Reads the suppressions of an address, oldest first. */
export const readSuppressions = async (
  address: Address,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<Suppression[]> => {
  const found = await table.getMany(
    suppressions,
    withAllSpellings([address]).flatMap((one) =>
      suppressionReasons.map((reason) => ({ account, address: one, reason })),
    ),
  );
  return found.filter((one) => one !== undefined).sort((a, b) => (a.at < b.at ? -1 : 1));
};

export interface SuppressedQuery {
  readonly kind?: Address['kind'];
  /** @default every reason: an address with two reasons is listed twice */
  readonly reasons?: readonly SuppressionReason[];
  /** Exclusive ends, ISO times. */
  readonly after?: string;
  readonly before?: string;
  readonly descending: boolean;
  readonly size: number;
  readonly cursor?: string;
}

export interface SuppressedPage {
  readonly items: readonly { readonly address: string; readonly reason: string; readonly at: string }[];
  readonly next?: string;
  readonly prev?: string;
}

/**
 * Reads a page of suppressed addresses, by the time of their suppression. Reads an index, which may lag by a second.
 */
export const readSuppressedAddresses = async (
  { kind = 'email', reasons = suppressionReasons, after, ...listing }: SuppressedQuery,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<SuppressedPage> => {
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: reasons.flatMap((reason) => suppressionPartitions(account, kind, reason)),
    ...listing,
    // What follows the time in a sort key sorts below `~`.
    ...(after !== undefined && { after: `${after}#~` }),
  });
  return { items: items.map(({ gsi1sk }) => parseSuppressed(String(gsi1sk))), ...cursors };
};

const parseSuppressed = (place: string) => {
  const [at = '', reason = '', ...address] = place.split('#');
  return { at, reason, address: address.join('#') };
};
