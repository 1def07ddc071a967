import { type Listing, listPage } from '../../platform/table/listing/pages.ts';
import { create, put } from '../../platform/table/write.ts';
import { leaveList, readListMemberships } from '../lists/actions.ts';
import { idsOf } from '../profiles/records/profile.ts';
import { findProfile } from '../profiles/records/resolve.ts';
import type { Deps } from './actions.ts';
import { transactWithChain } from './ledger/append.ts';
import type { ConsentChange, LedgerEntry } from './records/consent.ts';
import { deterministicId, SAME_OPT_OUT_MS } from './records/decide.ts';
import { type ListOptOut, ledgerPk, listLedger, listOptOuts, optOutPartitions } from './records/store.ts';

type ListKey = Pick<ListOptOut, 'listId' | 'profileId'>;

/** The state of a person on one list. */
interface ListState {
  readonly isMember: boolean;
  /** When they last agreed to be on it. */
  readonly consentedAt?: string | undefined;
  /** When they last opted out of its e-mails, if still in effect. */
  readonly optedOutAt?: string | undefined;
}

const readListState = async ({ listId, profileId }: ListKey, context: Deps): Promise<ListState> => {
  const { account, table } = context;
  const profile = await findProfile(profileId, { account, table });
  const ids = profile ? idsOf(profile) : [profileId];
  const [optOuts, members] = await Promise.all([
    table.getMany(
      listOptOuts,
      ids.map((id) => ({ account, listId, profileId: id })),
    ),
    readListMemberships({ listId, profileId }, context),
  ]);
  return {
    isMember: members.length > 0,
    consentedAt: latest(members.map((one) => one.consentedAt)),
    optedOutAt: latest(optOuts.map((one) => one?.at)),
  };
};

const latest = (times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);

/** Whether newer consent or a newer opt-out of the list is known. */
const isOutdated = (changes: readonly ConsentChange[], { consentedAt = '', optedOutAt = '' }: ListState): boolean =>
  changes.every(({ at }) => consentedAt > at.toISOString() || optedOutAt > at.toISOString());

/** Reads a page of opt-outs of one list, or of all lists, by time. Reads an index, which may lag by a second. */
export const readListOptOutPage = async (
  { listId, after, ...listing }: Omit<Listing, 'index' | 'partitions'> & { readonly listId?: string },
  { account, table }: Pick<Deps, 'account' | 'table'>,
) => {
  // What follows the time in a sort key sorts below `~`.
  const range = { ...listing, ...(after !== undefined && { after: `${after}#~` }) };
  const { items, ...cursors } = await listPage(table, { ...optOutPartitions(account, listId), ...range });
  const places = items.map((item) => String(item[listId === undefined ? 'gsi2sk' : 'gsi1sk']));
  return { ...cursors, items: places.map((place) => ({ place, profileId: place.split('#')[1] ?? '' })) };
};

/**
 * Removes a person from a list by their opt-out; the consent of the channels stays. Returns false if they are not on
 * the list and never left it: then the opt-out concerns the channels.
 */
export const leaveListByOptOut = async (
  changes: readonly ConsentChange[],
  key: ListKey,
  context: Deps,
): Promise<boolean> => {
  const state = await readListState(key, context);
  if (!state.isMember && state.optedOutAt === undefined) return false;
  if (isOutdated(changes, state)) await recordLateOptOut(changes, key, context);
  else {
    await optOutOfList(changes, key, context);
    await leaveList(key, context);
  }
  return true;
};

/**
 * Records an opt-out of one list; the consent of the channels stays. The newest of several opt-outs counts. A
 * repetition within an hour is ignored.
 */
export const optOutOfList = async (
  changes: readonly ConsentChange[],
  { listId, profileId }: ListKey,
  context: Deps,
): Promise<'applied' | 'already'> => {
  const [first] = changes;
  if (!first) return 'already';
  const { account, table, newId } = context;
  const at = new Date(Math.max(...changes.map((change) => change.at.getTime())));
  const optOut: ListOptOut = { account, listId, profileId, at: at.toISOString() };
  const since = new Date(at.getTime() - (first.entryId === undefined ? SAME_OPT_OUT_MS : 0)).toISOString();
  const isNewer = { any: ['absent', { attribute: 'at', is: '<', value: since }] } as const;
  const entries = changes.map((change) =>
    create(listLedger, listEntry(change, { listId, profileId, id: newId(change.at) }, context)),
  );
  const writes = [put(listOptOuts, optOut, isNewer), ...entries];
  const { done } = await transactWithChain(writes, [ledgerPk(account, profileId)], { account, table });
  return done ? 'applied' : 'already';
};

/** Records outdated opt-outs in the ledger, once each. They change nothing else. */
const recordLateOptOut = async (
  changes: readonly ConsentChange[],
  { listId, profileId }: ListKey,
  context: Deps,
): Promise<void> => {
  const { account, table } = context;
  for (const change of changes) {
    const { channel, type, at } = change;
    const id = deterministicId(at, ['late list opt-out', profileId, listId, channel, type]);
    const entry = { ...listEntry(change, { listId, profileId, id }, context), isLate: true };
    await transactWithChain([create(listLedger, entry)], [ledgerPk(account, profileId)], { account, table });
  }
};

const listEntry = (
  { channel, type, to, at, evidence, address }: ConsentChange,
  { listId, profileId, id }: ListKey & { readonly id: string },
  { account, now }: Deps,
): LedgerEntry => ({
  account,
  profileId,
  channel,
  purpose: type,
  id,
  from: 'SUBSCRIBED',
  to,
  at: at.toISOString(),
  recordedAt: now().toISOString(),
  evidence,
  listId,
  ...(address && { address }),
});
