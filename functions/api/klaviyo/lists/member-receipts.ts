import type { Context } from '../../../domains/accounts/context.ts';
import { keepPeopleJob } from '../../../domains/receipts/jobs/actions.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { type Reply, reply } from '../../../platform/http/route.ts';
import { entryHeader } from '../consent/entry-receipts.ts';

/** What a call asked for, as its job keeps it. */
export const JOINED = 'join';
const LEFT = 'left';

interface MemberChange {
  readonly listId: string;
  /** In the order of the request. */
  readonly profileIds: readonly string[];
  /** Those who were not in this state before. */
  readonly changed: ReadonlySet<string>;
  readonly to: 'joined' | 'left';
}

/** The response of a call that changed the members of a list, with a receipt for each. */
export const replyWithReceipts = async (
  { listId, profileIds, changed, to }: MemberChange,
  context: Context,
): Promise<Reply> => {
  const time = context.now().toISOString();
  const results = profileIds.map((profileId) => ({
    outcome: changed.has(profileId) ? ('stored' as const) : ('duplicate' as const),
    place: { profileId, time, hash: to === 'joined' ? JOINED : LEFT },
  }));
  const source = sourceOfCall('api', context.caller);
  const job = await keepPeopleJob(results, { source, kind: 'membership', listId }, context);
  return reply(undefined, { headers: entryHeader(job, results.length) });
};
