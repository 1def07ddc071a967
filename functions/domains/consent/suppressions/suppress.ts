import { withAllSpellings } from '../../../model/email.ts';
import { listPage } from '../../../platform/table/pages.ts';
import { create, remove, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { transactWithChain } from '../ledger/append.ts';
import type { Address, Evidence } from '../records/consent.ts';
import { namedId, textOf } from '../records/decide.ts';
import { addressLedgerPk, suppressedLists, suppressionLedger, suppressions } from '../records/store.ts';
import { type Suppression, type SuppressionReason, suppressionReasons } from '../records/suppression.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

export interface Suppress {
  /** Normalised. No profile needs to have it. */
  readonly address: Address;
  readonly reason: SuppressionReason;
  readonly at: Date;
  readonly evidence?: Evidence;
  /** Distinguishes two suppressions that would otherwise look like one delivered twice. */
  readonly cause?: string;
}

/** Ends all marketing to an address. Safe to repeat: one that was lifted since is not brought back by the same call. */
export const suppress = async (suppression: Suppress, context: Deps): Promise<'suppressed' | 'already'> => {
  const written = await transactWithChain(
    suppressionWrites(suppression, context),
    [addressLedgerPk(context.account, suppression.address)],
    context,
  );
  if (written.done) return 'suppressed';
  if (written.failures[0]?.existing?.at !== suppression.at.toISOString()) return 'already';
  // The same call, delivered again, or another one that names the same moment.
  const { account, table } = context;
  const { address, reason } = suppression;
  const entry = { account, address, reason, at: suppression.at.toISOString(), id: entryIdOf(suppression) };
  return (await table.get(suppressionLedger, entry)) ? 'suppressed' : 'already';
};

/** The writes of `suppress`, for a transaction with others; they fail where the address is suppressed already. */
export const suppressionWrites = (
  { address, reason, at, evidence, cause = '' }: Suppress,
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

const entryIdOf = ({ address, reason, at, cause = '' }: Suppress): string =>
  namedId(at, ['suppress', reason, textOf(address), cause]);

/** Lifts what `USER_SUPPRESSED` began, and no other suppression. */
export const unsuppress = async (
  { address, at, evidence }: Pick<Suppress, 'address' | 'at' | 'evidence'>,
  context: Deps,
): Promise<'lifted' | 'absent'> => {
  const { account, table } = context;
  const found = await table.getMany(
    suppressions,
    withAllSpellings([address]).map((one) => ({ account, address: one, reason: 'USER_SUPPRESSED' as const })),
  );
  const known = found.find((one) => one !== undefined);
  if (!known) return 'absent';
  const writes = liftWrites(known, { at, ...(evidence && { evidence }) }, context);
  const { done } = await transactWithChain(writes, [addressLedgerPk(account, known.address)], context);
  // Somebody else lifted it just now.
  return done ? 'lifted' : 'absent';
};

/** The writes that end a suppression; they fail where it is another by now. */
export const liftWrites = (
  { account, address, reason, at: since }: Suppression,
  { at, evidence }: { readonly at: Date; readonly evidence?: Evidence },
  { now }: Pick<Context, 'now'>,
): Write[] => {
  // A suppression ends after it began, whatever the clocks said.
  const end = new Date(Math.max(at.getTime(), Date.parse(since) + 1));
  const id = namedId(end, ['lift', reason, textOf(address), since]);
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

/** What an address is suppressed for, oldest first. */
export const suppressionsOf = async (
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

export interface SuppressedAsked {
  readonly kind?: Address['kind'];
  /** @default every reason: an address that has two is then listed twice */
  readonly reasons?: readonly SuppressionReason[];
  /** Exclusive ends, ISO times. */
  readonly after?: string;
  readonly before?: string;
  readonly descending: boolean;
  readonly size: number;
  readonly cursor?: string;
}

export interface Suppressed {
  readonly items: readonly { readonly address: string; readonly reason: string; readonly at: string }[];
  readonly next?: string;
  readonly prev?: string;
}

/** One page of suppressed addresses by the time of their suppression. From an index: the last second may be missing. */
export const suppressedAddresses = async (
  { kind = 'email', reasons = suppressionReasons, after, ...listing }: SuppressedAsked,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<Suppressed> => {
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: reasons.flatMap((reason) => suppressedLists(account, kind, reason)),
    ...listing,
    // What follows the time in a sort key sorts below `~`.
    ...(after !== undefined && { after: `${after}#~` }),
  });
  return { items: items.map(({ gsi1sk }) => suppressedIn(String(gsi1sk))), ...cursors };
};

const suppressedIn = (place: string) => {
  const [at = '', reason = '', ...address] = place.split('#');
  return { at, reason, address: address.join('#') };
};
