import { isSameAddress, withAllSpellings } from '../../model/email.ts';
import { emailsOf, idsOf, type Profile } from '../profiles/records/profile.ts';
import { profileFromItem, profileKey } from '../profiles/records/resolve.ts';
import type { Deps } from './actions.ts';
import { type Heads, headsByLedger } from './ledger/append.ts';
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
import { reasonsLiftedByOptIn, type Suppression } from './records/suppression.ts';
import { effectiveConsent } from './state/effective-consent.ts';
import { appliesToProfile } from './state/subscriptions.ts';

export interface ConsentState {
  /** The stored state of each topic, which the changes replace. */
  readonly consents: readonly (Consent | undefined)[];
  /** The effective state of each topic, including those of merged profiles. */
  readonly effective: readonly (Consent | undefined)[];
  readonly suppressions: readonly Suppression[];
  readonly optOuts: readonly ListOptOut[];
  readonly heads: Heads;
  readonly profile: Profile | undefined;
}

/** Reads everything that the changes depend on, in one strongly consistent request, or two if profiles were merged. */
export const readConsentState = async (changes: readonly ConsentChange[], context: Deps): Promise<ConsentState> => {
  const { account, table } = context;
  const [{ profileId } = { profileId: '' }] = changes;
  const email = changes.find(isEmailMarketing);
  const address = email?.address;
  const states = changes.map(({ channel, type }) => consents.key({ account, profileId, channel, purpose: type }));
  const keys = address ? suppressionKeys(account, address) : [];
  const lists = optOutKeys(account, email, [profileId]);
  const ledgers = [ledgerPk(account, profileId), ...(address ? addressLedgers(account, address) : [])];
  const headKeys = ledgers.map((ledger) => chainHeads.key({ ledger }));
  const items = await table.getItems([profileKey(account, profileId), ...states, ...keys, ...headKeys, ...lists]);
  const [profileItem, ...rest] = items;
  const profile = profileItem && profileFromItem(profileItem);
  const own = rest.slice(0, states.length).map((item) => item && consents.fromItem(item));
  const ofSources = profile ? await readSources(changes, profile, context) : undefined;
  const suppressionItems = rest.slice(states.length, states.length + keys.length);
  const ownSuppressions = suppressionItems.flatMap((item) => (item ? [suppressions.fromItem(item)] : []));
  const optOutItems = rest.slice(states.length + keys.length + headKeys.length);
  return {
    consents: own,
    effective: changes.map((_, i) => (profile && ofSources ? ofSources.holding(i, own[i]) : own[i])),
    suppressions: [...ownSuppressions, ...(ofSources?.suppressions ?? [])],
    optOuts: [
      ...optOutItems.flatMap((item) => (item ? [listOptOuts.fromItem(item)] : [])),
      ...(ofSources?.optOuts ?? []),
    ],
    heads: new Map([...headsByLedger(ledgers, rest.slice(states.length + keys.length)), ...(ofSources?.heads ?? [])]),
    profile,
  };
};

export const suppressionKeys = (account: string, address: Address, reasons = reasonsLiftedByOptIn) =>
  withAllSpellings([address]).flatMap((one) =>
    reasons.map((reason) => suppressions.key({ account, address: one, reason })),
  );

const addressLedgers = (account: string, address: Address): string[] =>
  withAllSpellings([address]).map((one) => addressLedgerPk(account, one));

const optOutKeys = (account: string, change: ConsentChange | undefined, profileIds: readonly string[]) => {
  const listId = change?.listId;
  return listId === undefined ? [] : profileIds.map((profileId) => listOptOuts.key({ account, profileId, listId }));
};

/** Reads the same for the profiles merged into this one, and for the addresses that came from them. */
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
  const blocks = addresses.flatMap((address) => suppressionKeys(account, address));
  const ledgers = [
    ...addresses.flatMap((address) => addressLedgers(account, address)),
    ...(email?.listId === undefined ? [] : ids.map((id) => ledgerPk(account, id))),
  ];
  const ends = ledgers.map((ledger) => chainHeads.key({ ledger }));
  const items = await table.getItems([...states, ...blocks, ...ends, ...optOutKeys(account, email, ids)]);
  const [afterStates, afterBlocks] = [states.length, states.length + blocks.length];
  const afterEnds = afterBlocks + ends.length;
  return {
    holding: (change: number, own: Consent | undefined): Consent | undefined => {
      const consentById = new Map<string, Consent | undefined>([[profile.id, own]]);
      for (const [i, id] of ids.entries()) {
        const item = items[change * ids.length + i];
        consentById.set(id, item && consents.fromItem(item));
      }
      return effectiveConsent(
        profile,
        (id) => consentById.get(id),
        (one) => appliesToProfile(one, profile),
      );
    },
    suppressions: items.slice(afterStates, afterBlocks).flatMap((item) => (item ? [suppressions.fromItem(item)] : [])),
    heads: headsByLedger(ledgers, items.slice(afterBlocks, afterEnds)),
    optOuts: items.slice(afterEnds).flatMap((item) => (item ? [listOptOuts.fromItem(item)] : [])),
  };
};

export const isEmailMarketing = ({ channel, type }: ConsentChange): boolean =>
  channel === 'email' && type === 'marketing';
