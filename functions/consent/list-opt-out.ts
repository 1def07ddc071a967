import { create } from '../table/write.ts';
import type { Reach } from './actions.ts';
import type { ConsentChange } from './consent.ts';
import { type ListOptOut, listLedger, listOptOuts } from './store.ts';

type Place = Pick<ListOptOut, 'listId' | 'profileId'>;

/** Whether the person doesn't want the e-mails of this list. */
export const hasOptedOut = async (place: Place, { account, table }: Reach): Promise<boolean> =>
  (await table.get(listOptOuts, { account, ...place })) !== undefined;

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
  const { done } = await table.transact([create(listOptOuts, optOut), ...entries]);
  return done ? 'applied' : 'already';
};
