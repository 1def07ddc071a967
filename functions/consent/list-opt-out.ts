import { idsOf } from '../profiles/profile.ts';
import { profileOf } from '../profiles/resolve.ts';
import { type Listing, listPage } from '../table/pages.ts';
import { create } from '../table/write.ts';
import type { Reach } from './actions.ts';
import type { ConsentChange } from './consent.ts';
import { record } from './record.ts';
import { type ListOptOut, ledgerPk, listLedger, listOptOuts, optOutLists } from './store.ts';

type Place = Pick<ListOptOut, 'listId' | 'profileId'>;

/** Whether the person doesn't want the e-mails of this list. */
export const hasOptedOut = async ({ listId, profileId }: Place, { account, table }: Reach): Promise<boolean> => {
  const profile = await profileOf(profileId, { account, table });
  const ids = profile ? idsOf(profile) : [profileId];
  const found = await table.getMany(
    listOptOuts,
    ids.map((id) => ({ account, listId, profileId: id })),
  );
  return found.some((one) => one !== undefined);
};

/** One page of opt-outs of a list, or of all lists, by time. From an index: the last second may be missing. */
export const optOutsOfLists = async (
  { listId, after, ...listing }: Omit<Listing, 'index' | 'partitions'> & { readonly listId?: string },
  { account, table }: Pick<Reach, 'account' | 'table'>,
) => {
  // What follows the time in a sort key sorts below `~`.
  const range = { ...listing, ...(after !== undefined && { after: `${after}#~` }) };
  const { items, ...cursors } = await listPage(table, { ...optOutLists(account, listId), ...range });
  const places = items.map((item) => String(item[listId === undefined ? 'gsi2sk' : 'gsi1sk']));
  return { ...cursors, items: places.map((place) => ({ place, profileId: place.split('#')[1] ?? '' })) };
};

/** Records that a person doesn't want the messages of one list; what holds for the channels stays as it is. */
export const optOutOfList = async (
  changes: readonly ConsentChange[],
  { listId, profileId }: Place,
  { account, table, now, newId }: Reach,
): Promise<'applied' | 'already'> => {
  const [first] = changes;
  if (!first) return 'already';
  const recordedAt = now().toISOString();
  const optOut: ListOptOut = { account, listId, profileId, at: first.at.toISOString() };
  const entries = changes.map(({ channel, type, to, at, evidence, address }) =>
    create(listLedger, {
      account,
      profileId,
      channel,
      purpose: type,
      id: newId(at),
      from: 'SUBSCRIBED',
      to,
      at: at.toISOString(),
      recordedAt,
      evidence,
      listId,
      ...(address && { address }),
    }),
  );
  const writes = [create(listOptOuts, optOut), ...entries];
  const { done } = await record(writes, [ledgerPk(account, profileId)], { account, table });
  return done ? 'applied' : 'already';
};
