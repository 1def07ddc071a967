import type { Key } from '../../platform/table/definition.ts';
import type { Profile } from '../profiles/records/profile.ts';
import type { Deps } from './actions.ts';
import { type ConsentState, isEmailMarketing, suppressionKeys } from './consent-state.ts';
import type { ConsentChange } from './records/consent.ts';
import { consents, suppressions } from './records/store.ts';
import { reasonsLiftedBy, type SuppressionReason } from './records/suppression.ts';

/** Changes of one profile, each for another topic. */
export interface ProfileChanges {
  /** As it has just been read or written. */
  readonly profile: Profile;
  readonly changes: readonly ConsentChange[];
  /** The profile has just been created: only a writer that was faster can have stored its consent. @default false */
  readonly isNew?: boolean;
}

export interface PreparedChanges {
  readonly requested: ProfileChanges;
  /** With their addresses, and followed by the changes that they cause. */
  readonly changes: readonly ConsentChange[];
}

/** The most keys in one request. */
const MAX_KEYS = 100;

/** Splits changes into batches, so that one request reads the states of a batch. */
export const batchesOf = (all: readonly PreparedChanges[], { account }: Pick<Deps, 'account'>): PreparedChanges[][] => {
  const batches: PreparedChanges[][] = [];
  let free = 0;
  for (const one of all) {
    const count = consentKeys(one, account).length + blockKeys(one, account).length;
    if (free < count || batches.length === 0) {
      batches.push([]);
      free = MAX_KEYS;
    }
    batches.at(-1)?.push(one);
    free -= count;
  }
  return batches;
};

/** Reads what the changes of profiles depend on, but for the ends of their chains. No profile has been merged. */
export const readStates = async (
  batch: readonly PreparedChanges[],
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<Omit<ConsentState, 'heads'>[]> => {
  const keys = batch.map((one) => ({ states: consentKeys(one, account), blocks: blockKeys(one, account) }));
  const items = await table.getItems(keys.flatMap(({ states, blocks }) => [...states, ...blocks]));
  let at = 0;
  return keys.map(({ states, blocks }, i) => {
    const own = items.slice(at, at + states.length).map((item) => item && consents.fromItem(item));
    at += states.length;
    const blocking = items.slice(at, at + blocks.length).flatMap((item) => (item ? [suppressions.fromItem(item)] : []));
    at += blocks.length;
    return {
      consents: own,
      effective: own,
      suppressions: blocking,
      optOuts: [],
      profile: batch[i]?.requested.profile,
    };
  });
};

const consentKeys = ({ requested, changes }: PreparedChanges, account: string): Key[] =>
  requested.isNew === true
    ? []
    : changes.map(({ profileId, channel, type }) => consents.key({ account, profileId, channel, purpose: type }));

/** The keys of the suppressions that the changes may lift or repeat. */
const blockKeys = ({ changes }: PreparedChanges, account: string): Key[] => {
  const change = changes.find(isEmailMarketing);
  return change?.address ? suppressionKeys(account, change.address, reasonsOf(change)) : [];
};

const reasonsOf = ({ to, isWeak, evidence }: ConsentChange): readonly SuppressionReason[] => {
  if (to === 'UNSUBSCRIBED') return ['UNSUBSCRIBE'];
  return isWeak ? [] : reasonsLiftedBy(evidence);
};
