import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import {
  joinMembers,
  type Join as ListJoin,
  readJoinIds,
  readListMemberships,
  removeMembers,
  renewMembers,
} from '../lists/actions.ts';
import type { Deps } from './actions.ts';
import { readConsentState } from './consent-state.ts';
import type { ConsentChange, Outcome } from './records/consent.ts';
import { listOptOuts } from './records/store.ts';

type Join = Omit<ListJoin, 'listId'>;
type Table = Pick<Context, 'account' | 'table'>;

const PARALLEL = 16;

/**
 * Adds people to a list, except those who opted out of it after they agreed to join. If the time of their consent is
 * unknown, any opt-out of the list counts. Returns those who joined, now or by an earlier delivery.
 */
export const joinUnlessOptedOut = async (
  listId: string,
  joins: readonly Join[],
  context: Table,
): Promise<ReadonlySet<string>> => {
  const people = await readJoinIds(joins, context);
  const findOptedOut = async (checkedJoins: readonly Join[]): Promise<readonly Join[]> => {
    const idsOf = ({ profileId }: Join) => people.get(profileId) ?? [profileId];
    const keys = [...new Set(checkedJoins.flatMap(idsOf))].map((profileId) => ({
      account: context.account,
      listId,
      profileId,
    }));
    const stored = keys.length === 0 ? [] : await context.table.getMany(listOptOuts, keys);
    const optOuts = new Map(stored.flatMap((one) => (one ? [[one.profileId, one.at] as const] : [])));
    return checkedJoins.filter((join) =>
      idsOf(join).some((id) => {
        const at = optOuts.get(id);
        return at !== undefined && (join.consentedAt === undefined || at > join.consentedAt.toISOString());
      }),
    );
  };

  // A new person has opted out of nothing. If they do meanwhile, the second check finds it.
  const optedOut = new Set(await findOptedOut(joins.filter(({ isNew = false }) => !isNew)));
  await undoInterruptedJoins(listId, [...optedOut], context);
  const allowed = joins.filter((join) => !optedOut.has(join));
  if (allowed.length === 0) return new Set();
  const { joined, members } = await joinMembers(
    listId,
    allowed.map((join) => ({ ...join, ids: people.get(join.profileId) ?? [join.profileId] })),
    context,
  );
  const renewals = allowed.flatMap(({ profileId, consentedAt }) => {
    const member = members.get(currentId(profileId));
    return member && consentedAt && !joined.has(currentId(profileId)) ? [{ member, consentedAt }] : [];
  });
  await renewMembers(renewals, context);
  // An opt-out is written before the person leaves. So either they leave after this join, or this read sees the
  // opt-out.
  const late = await findOptedOut(allowed.filter(({ profileId }) => joined.has(currentId(profileId))));
  if (late.length > 0)
    await removeMembers(
      listId,
      late.map(({ profileId }) => profileId),
      context,
    );
  const left = new Set(late.map(({ profileId }) => currentId(profileId)));
  return new Set([...joined].filter((id) => !left.has(id)));

  function currentId(profileId: string): string {
    return people.get(profileId)?.[0] ?? profileId;
  }
};

/** Undoes joins of the same statement if its process was killed between joining and the second check for opt-outs. */
const undoInterruptedJoins = async (listId: string, optedOut: readonly Join[], context: Table): Promise<void> => {
  const interrupted = await inParallel(optedOut, PARALLEL, async ({ profileId, by, consentedAt }) => {
    const memberships = await readListMemberships({ listId, profileId }, context);
    const time = consentedAt?.toISOString();
    const isOwn = memberships.some(
      (one) => (by !== undefined && one.by === by) || (time !== undefined && one.consentedAt === time),
    );
    return isOwn ? [profileId] : [];
  });
  if (interrupted.flat().length > 0) await removeMembers(listId, interrupted.flat(), context);
};

/**
 * Whether a later opt-out is in effect for every topic of an opt-in: then the opt-in is history only, and joins no
 * list.
 */
export const isOutdatedOptIn = async (
  changes: readonly ConsentChange[],
  outcomes: readonly Outcome[],
  context: Deps,
): Promise<boolean> => {
  if (changes.length === 0 || outcomes.some((outcome) => outcome !== 'outdated')) return false;
  const { effective } = await readConsentState(changes, context);
  return effective.every((state) => state?.status === 'UNSUBSCRIBED');
};
