import { isSameAddress, withAllSpellings } from '../../model/email.ts';
import { emailsOf, idsOf, type Profile } from '../profiles/records/profile.ts';
import { profileFromItem, profileKey } from '../profiles/records/resolve.ts';
import type { Deps } from './actions.ts';
import { type Heads, headsIn } from './ledger/append.ts';
import type { Address, Consent, ConsentChange } from './records/consent.ts';
import {
  addressLedgerPk,
  chainHeads,
  consents,
  type ListOptOut,
  ledgerPk,
  listOptOuts,
  suppressions,
} from './records/store.ts';
import { liftedByOptIn, type Suppression } from './records/suppression.ts';
import { effectiveConsent } from './state/merged.ts';
import { isOf } from './state/subscriptions.ts';

export interface ConsentState {
  /** What is written over. */
  readonly consents: readonly (Consent | undefined)[];
  /** What holds, also by what was said of profiles that were merged into this one. */
  readonly holding: readonly (Consent | undefined)[];
  readonly suppressions: readonly Suppression[];
  readonly optOuts: readonly ListOptOut[];
  readonly heads: Heads;
  readonly profile: Profile | undefined;
}

/** Everything that the changes depend on, in one strongly consistent read; in two where profiles were merged. */
export const readConsentState = async (changes: readonly ConsentChange[], context: Deps): Promise<ConsentState> => {
  const { account, table } = context;
  const [{ profileId } = { profileId: '' }] = changes;
  const email = changes.find(isEmailMarketing);
  const address = email?.address;
  const states = changes.map(({ channel, type }) => consents.key({ account, profileId, channel, purpose: type }));
  const blocks = address ? blocksOf(account, address) : [];
  const lists = optOutKeys(account, email, [profileId]);
  const ledgers = [ledgerPk(account, profileId), ...(address ? ledgersAt(account, address) : [])];
  const ends = ledgers.map((ledger) => chainHeads.key({ ledger }));
  const items = await table.getItems([profileKey(account, profileId), ...states, ...blocks, ...ends, ...lists]);
  const [found, ...rest] = items;
  const profile = found && profileFromItem(found);
  const own = rest.slice(0, states.length).map((item) => item && consents.fromItem(item));
  const others = profile ? await readSources(changes, profile, context) : undefined;
  const blocked = rest.slice(states.length, states.length + blocks.length);
  const suppressed = blocked.flatMap((item) => (item ? [suppressions.fromItem(item)] : []));
  const left = rest.slice(states.length + blocks.length + ends.length);
  return {
    consents: own,
    holding: changes.map((_, i) => (profile && others ? others.holding(i, own[i]) : own[i])),
    suppressions: [...suppressed, ...(others?.suppressions ?? [])],
    optOuts: [...left.flatMap((item) => (item ? [listOptOuts.fromItem(item)] : [])), ...(others?.optOuts ?? [])],
    heads: new Map([...headsIn(ledgers, rest.slice(states.length + blocks.length)), ...(others?.heads ?? [])]),
    profile,
  };
};

const blocksOf = (account: string, address: Address) =>
  withAllSpellings([address]).flatMap((one) =>
    liftedByOptIn.map((reason) => suppressions.key({ account, address: one, reason })),
  );

const ledgersAt = (account: string, address: Address): string[] =>
  withAllSpellings([address]).map((one) => addressLedgerPk(account, one));

const optOutKeys = (account: string, change: ConsentChange | undefined, profileIds: readonly string[]) => {
  const listId = change?.listId;
  return listId === undefined ? [] : profileIds.map((profileId) => listOptOuts.key({ account, profileId, listId }));
};

/** The same of the profiles that were merged into one, and of the addresses that it has by them. */
const readSources = async (changes: readonly ConsentChange[], profile: Profile, { account, table }: Deps) => {
  const ids = idsOf(profile).slice(1);
  const email = changes.find(isEmailMarketing);
  const addresses = emailsOf(profile)
    .filter((value) => email && !isSameAddress(value, email.address?.value))
    .map((value): Address => ({ kind: 'email', value }));
  if (ids.length === 0) return undefined;
  const states = changes.flatMap(({ channel, type }) =>
    ids.map((profileId) => consents.key({ account, profileId, channel, purpose: type })),
  );
  const blocks = addresses.flatMap((address) => blocksOf(account, address));
  const ledgers = [
    ...addresses.flatMap((address) => ledgersAt(account, address)),
    ...(email?.listId === undefined ? [] : ids.map((id) => ledgerPk(account, id))),
  ];
  const ends = ledgers.map((ledger) => chainHeads.key({ ledger }));
  const items = await table.getItems([...states, ...blocks, ...ends, ...optOutKeys(account, email, ids)]);
  const [afterStates, afterBlocks] = [states.length, states.length + blocks.length];
  const afterEnds = afterBlocks + ends.length;
  return {
    holding: (change: number, own: Consent | undefined): Consent | undefined => {
      const said = new Map<string, Consent | undefined>([[profile.id, own]]);
      for (const [i, id] of ids.entries()) {
        const item = items[change * ids.length + i];
        said.set(id, item && consents.fromItem(item));
      }
      return effectiveConsent(
        profile,
        (id) => said.get(id),
        (one) => isOf(one, profile),
      );
    },
    suppressions: items.slice(afterStates, afterBlocks).flatMap((item) => (item ? [suppressions.fromItem(item)] : [])),
    heads: headsIn(ledgers, items.slice(afterBlocks, afterEnds)),
    optOuts: items.slice(afterEnds).flatMap((item) => (item ? [listOptOuts.fromItem(item)] : [])),
  };
};

export const isEmailMarketing = ({ channel, type }: ConsentChange): boolean =>
  channel === 'email' && type === 'marketing';
