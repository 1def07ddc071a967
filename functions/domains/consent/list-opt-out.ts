import { type Listing, listPage } from '../../platform/table/pages.ts';
import { create, put } from '../../platform/table/write.ts';
import { leaveList, membershipsIn } from '../lists/actions.ts';
import { idsOf } from '../profiles/records/profile.ts';
import { readProfile } from '../profiles/records/resolve.ts';
import type { Deps } from './actions.ts';
import { transactWithChain } from './ledger/append.ts';
import type { ConsentChange, LedgerEntry } from './records/consent.ts';
import { namedId, SAME_OPT_OUT_MS } from './records/decide.ts';
import { type ListOptOut, ledgerPk, listLedger, listOptOuts, optOutLists } from './records/store.ts';

type Place = Pick<ListOptOut, 'listId' | 'profileId'>;

/** What is known of a person and one list. */
interface ListState {
  readonly isMember: boolean;
  /** When they agreed last to be on it. */
  readonly consentedAt?: string | undefined;
  /** When they opted out of its e-mails last, as far as that holds. */
  readonly optedOutAt?: string | undefined;
}

const listStateOf = async ({ listId, profileId }: Place, context: Deps): Promise<ListState> => {
  const { account, table } = context;
  const profile = await readProfile(profileId, { account, table });
  const ids = profile ? idsOf(profile) : [profileId];
  const [optOuts, members] = await Promise.all([
    table.getMany(
      listOptOuts,
      ids.map((id) => ({ account, listId, profileId: id })),
    ),
    membershipsIn({ listId, profileId }, context),
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

/** Whether something newer is known of the list than these opt-outs of it. */
const isOutdated = (changes: readonly ConsentChange[], { consentedAt = '', optedOutAt = '' }: ListState): boolean =>
  changes.every(({ at }) => consentedAt > at.toISOString() || optedOutAt > at.toISOString());

/** One page of opt-outs of a list, or of all lists, by time. From an index: the last second may be missing. */
export const optOutsOfLists = async (
  { listId, after, ...listing }: Omit<Listing, 'index' | 'partitions'> & { readonly listId?: string },
  { account, table }: Pick<Deps, 'account' | 'table'>,
) => {
  // What follows the time in a sort key sorts below `~`.
  const range = { ...listing, ...(after !== undefined && { after: `${after}#~` }) };
  const { items, ...cursors } = await listPage(table, { ...optOutLists(account, listId), ...range });
  const places = items.map((item) => String(item[listId === undefined ? 'gsi2sk' : 'gsi1sk']));
  return { ...cursors, items: places.map((place) => ({ place, profileId: place.split('#')[1] ?? '' })) };
};

/**
 * Takes somebody off a list who opts out of it; what holds for the channels stays as it is. False where they are not on
 * the list and have not left it: then the opt-out is of the channels.
 */
export const leaveByOptOut = async (
  changes: readonly ConsentChange[],
  place: Place,
  context: Deps,
): Promise<boolean> => {
  const known = await listStateOf(place, context);
  if (!known.isMember && known.optedOutAt === undefined) return false;
  if (isOutdated(changes, known)) await keepLateOptOut(changes, place, context);
  else {
    await optOutOfList(changes, place, context);
    await leaveList(place, context);
  }
  return true;
};

/**
 * Records that a person doesn't want the messages of one list; what holds for the channels stays as it is. Of several
 * opt-outs the newest counts; one that is repeated within an hour says nothing new.
 */
export const optOutOfList = async (
  changes: readonly ConsentChange[],
  { listId, profileId }: Place,
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
    create(listLedger, entryOf(change, { listId, profileId, id: newId(change.at) }, context)),
  );
  const writes = [put(listOptOuts, optOut, isNewer), ...entries];
  const { done } = await transactWithChain(writes, [ledgerPk(account, profileId)], { account, table });
  return done ? 'applied' : 'already';
};

/** Keeps opt-outs that something newer has overtaken in the ledger, once each; they change nothing. */
const keepLateOptOut = async (
  changes: readonly ConsentChange[],
  { listId, profileId }: Place,
  context: Deps,
): Promise<void> => {
  const { account, table } = context;
  for (const change of changes) {
    const { channel, type, at } = change;
    const id = namedId(at, ['late list opt-out', profileId, listId, channel, type]);
    const entry = { ...entryOf(change, { listId, profileId, id }, context), isLate: true };
    await transactWithChain([create(listLedger, entry)], [ledgerPk(account, profileId)], { account, table });
  }
};

const entryOf = (
  { channel, type, to, at, evidence, address }: ConsentChange,
  { listId, profileId, id }: Place & { readonly id: string },
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
