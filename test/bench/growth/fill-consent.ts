import { appendToChain } from '../../../functions/domains/consent/ledger/append.ts';
import type { Consent, LedgerEntry } from '../../../functions/domains/consent/records/consent.ts';
import {
  addressLedgerPk,
  type ChainHead,
  consents,
  ledger,
  ledgerPk,
  listLedger,
  listOptOuts,
  suppressionLedger,
} from '../../../functions/domains/consent/records/store.ts';
import { suppressionWrites } from '../../../functions/domains/consent/suppressions/suppress.ts';
import type { Item } from '../../../functions/platform/table/entity.ts';
import { create, type Write } from '../../../functions/platform/table/write.ts';
import { emailOf, timeOf, type World } from './fill.ts';
import { CLUB } from './operation.ts';

const evidence = { method: 'form', source: 'filled', wording: 'Yes, send me the newsletter.' };

/** Of the n-th event. What is filled later is told later. */
const idOf = (n: number): string => `01J${String(n + 1_000_000).padStart(23, '0')}`;

const entryOf = ({ account }: World, profileId: string, n: number): LedgerEntry => ({
  account,
  profileId,
  id: idOf(n),
  channel: 'email',
  purpose: 'open_tracking',
  from: 'NEVER_SUBSCRIBED',
  to: 'SUBSCRIBED',
  at: timeOf(n),
  recordedAt: timeOf(n),
  address: { kind: 'email', value: emailOf(profileId) },
  evidence,
});

const stateOf = ({ id: entryId, from: _, to: status, ...rest }: LedgerEntry): Consent => ({
  ...rest,
  entryId,
  status,
  evidence,
  createdAt: rest.at,
});

const itemsOf = (writes: readonly Write[]): Item[] => writes.map(({ parameters: { Item = {} } }) => Item);

/** What somebody has said, as it is recorded; a few are suppressed too, or have left the list. */
export const consentItems = (
  world: World,
  profileId: string,
  n: number,
  { isSuppressed, hasLeft }: { readonly isSuppressed: boolean; readonly hasLeft: boolean },
): Item[] => {
  const { account } = world;
  const entry = entryOf(world, profileId, n);
  const address = { kind: 'email', value: emailOf(profileId) } as const;
  const at = new Date(timeOf(n));
  const told = { address, reason: 'USER_SUPPRESSED', at, evidence } as const;
  const left = { ...entry, purpose: 'marketing', from: 'SUBSCRIBED', to: 'UNSUBSCRIBED', listId: CLUB } as const;
  const writes = [
    create(consents, stateOf(entry)),
    create(ledger, entry),
    ...(hasLeft
      ? [create(listOptOuts, { account, profileId, listId: CLUB, at: timeOf(n) }), create(listLedger, left)]
      : []),
    ...(isSuppressed ? suppressionWrites(told, { account, now: () => at }) : []),
  ];
  const ledgers = [ledgerPk(account, profileId), addressLedgerPk(account, address)];
  return itemsOf(appendToChain(writes, new Map(ledgers.map((pk) => [pk, undefined])), account));
};

/**
 * A long history of one person who has a ledger already: an entry of what they said for each of these numbers, and one
 * of their address, which is suppressed and written to again by turns. What the last one says holds.
 */
export const historyItems = (
  world: World,
  profileId: string,
  numbers: readonly number[],
  heads: ReadonlyMap<string, ChainHead | undefined>,
): Item[] => {
  const { account } = world;
  const address = { kind: 'email', value: emailOf(profileId) } as const;
  const writes = numbers.flatMap((n, i) => [
    create(ledger, { ...entryOf(world, profileId, n), from: 'SUBSCRIBED' }),
    create(suppressionLedger, {
      account,
      address,
      reason: 'USER_SUPPRESSED',
      id: idOf(n),
      to: i % 2 === 0 ? 'SUPPRESSED' : 'LIFTED',
      at: timeOf(n),
      recordedAt: timeOf(n),
      evidence,
    }),
  ]);
  const last = entryOf(world, profileId, numbers.at(-1) ?? 0);
  return [...itemsOf(appendToChain(writes, heads, account)), consents.toItem(stateOf(last))];
};
