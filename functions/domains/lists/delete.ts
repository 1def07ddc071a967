import { defineJob } from '../../platform/jobs/define.ts';
import { byDeletion, DELETION_MARGIN_MS, deletionStep } from '../../platform/jobs/deletion.ts';
import { type JobId, stateIn } from '../../platform/jobs/state.ts';
import { inParallel } from '../../platform/parallel.ts';
import { remove, update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { memberCountKeys, memberCounts, memberships } from '../profiles/memberships/store.ts';
import type { List } from './list.ts';
import { readMembers } from './read-members.ts';
import { listCounts, lists } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 500;
const PARALLEL = 32;
/** By then, the index has members who joined just before. */
const INDEX_LAG_SECONDS = 30;

/**
 * Removes the members of a deleted list, page by page. Safe to repeat. After a pass that finds no members, it removes
 * the list.
 */
export const listDeletionJob = defineJob<List, JobId>({
  name: 'delete-list',
  state: stateIn(lists),
  lifecycle: byDeletion,
  marginMs: DELETION_MARGIN_MS,
  step: deletionStep({
    settledSeconds: INDEX_LAG_SECONDS,
    removePage: async ({ account, id }, cursor, context) => {
      const { members, next } = await readMembers(id, { size: PAGE, ...(cursor !== undefined && { cursor }) }, context);
      await inParallel(members, PARALLEL, ({ profileId }) =>
        context.table.write(remove(memberships, { account, listId: id, profileId })),
      );
      return { count: members.length, next };
    },
    removeLast: ({ id }, context) => removeList(id, context),
  }),
});

/**
 * Deletes a list. For callers it is gone at once, and nobody can join it; a worker removes its members later. Calling
 * it again restarts the job.
 */
export const deleteList = async (
  id: string,
  { account, table, queue, now }: Pick<Context, 'account' | 'table' | 'queue' | 'now'>,
): Promise<'deleted' | 'absent'> => {
  const writes = [
    update(lists, { account, id }, { set: { deletedAt: now().toISOString() }, remove: ['deletionError'] }),
    ...memberCountKeys(account, id).map((count) =>
      update(memberCounts, count, { upsert: true, set: { ...count, isClosed: true } }),
    ),
  ];
  const result = await listDeletionJob.startBy({ account, id }, () => table.transact(writes), { queue });
  return result.done ? 'deleted' : 'absent';
};

async function removeList(id: string, { account, table }: Deps): Promise<void> {
  await table.transact([
    remove(lists, { account, id }, { attribute: 'deletedAt', is: 'set' }),
    update(listCounts, { account }, { add: { count: -1 } }),
    ...memberCountKeys(account, id).map((count) => remove(memberCounts, count)),
  ]);
}
