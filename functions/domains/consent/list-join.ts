import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import {
  joinedOf,
  type Join as ListJoin,
  membershipsIn,
  peopleOf,
  removeMembers,
  renewMember,
} from '../lists/actions.ts';
import type { Deps } from './actions.ts';
import { readConsentState } from './known.ts';
import type { ConsentChange, Outcome } from './records/consent.ts';
import { listOptOuts } from './records/store.ts';

type Join = Omit<ListJoin, 'listId'>;
type Table = Pick<Context, 'account' | 'table'>;

const PARALLEL = 16;

/**
 * Adds people to a list, except those who opted out of it after they agreed to join. Where nothing tells when they agreed,
 * any opt-out of the list holds. Answers who joined, now or when the same was said before.
 */
export const joinUnlessLeft = async (
  listId: string,
  joins: readonly Join[],
  context: Table,
): Promise<ReadonlySet<string>> => {
  const people = await peopleOf(
    joins.map(({ profileId }) => profileId),
    context,
  );
  const findOvertaken = async (some: readonly Join[]): Promise<readonly Join[]> => {
    const idsOf = ({ profileId }: Join) => people.get(profileId) ?? [profileId];
    const places = [...new Set(some.flatMap(idsOf))].map((profileId) => ({
      account: context.account,
      listId,
      profileId,
    }));
    const optOuts = new Map(
      (await context.table.getMany(listOptOuts, places)).flatMap((one) =>
        one ? [[one.profileId, one.at] as const] : [],
      ),
    );
    return some.filter((join) =>
      idsOf(join).some((id) => {
        const at = optOuts.get(id);
        return at !== undefined && (join.consentedAt === undefined || at > join.consentedAt.toISOString());
      }),
    );
  };

  const overtaken = new Set(await findOvertaken(joins));
  await takeBack(listId, [...overtaken], context);
  const allowed = joins.filter((join) => !overtaken.has(join));
  if (allowed.length === 0) return new Set();
  const joined = await joinedOf(listId, allowed, context, people);
  const members = allowed.filter(({ profileId }) => !joined.has(currentId(profileId)));
  await inParallel(members, PARALLEL, async ({ profileId, consentedAt }) => {
    if (consentedAt) await renewMember({ listId, profileId: currentId(profileId), consentedAt }, context);
  });
  // An opt-out is written before its person leaves: so either they leave after this join, or this sees the opt-out.
  const late = await findOvertaken(allowed.filter(({ profileId }) => joined.has(currentId(profileId))));
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

/** Ends what the same statement began before its process was killed: between joining and looking for opt-outs again. */
const takeBack = async (listId: string, overtaken: readonly Join[], context: Table): Promise<void> => {
  const begun = await inParallel(overtaken, PARALLEL, async ({ profileId, by, consentedAt }) => {
    const memberships = await membershipsIn({ listId, profileId }, context);
    const time = consentedAt?.toISOString();
    const isOwn = memberships.some(
      (one) => (by !== undefined && one.by === by) || (time !== undefined && one.consentedAt === time),
    );
    return isOwn ? [profileId] : [];
  });
  if (begun.flat().length > 0) await removeMembers(listId, begun.flat(), context);
};

/** Whether a later opt-out holds for every topic of an opt-in: then it is history alone, and joins no list. */
export const isOvertaken = async (
  changes: readonly ConsentChange[],
  outcomes: readonly Outcome[],
  context: Deps,
): Promise<boolean> => {
  if (changes.length === 0 || outcomes.some((outcome) => outcome !== 'outdated')) return false;
  const { holding } = await readConsentState(changes, context);
  return holding.every((held) => held?.status === 'UNSUBSCRIBED');
};
