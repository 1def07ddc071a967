import { defineJob } from '../../platform/jobs/define.ts';
import type { Lifecycle } from '../../platform/jobs/lifecycle.ts';
import { stateIn } from '../../platform/jobs/state.ts';
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

/** A deleted list is itself the job. For callers it is gone even if the job fails. */
const lifecycle: Lifecycle<List> = {
  statusOf: ({ deletedAt, deletionError }) => {
    if (deletedAt === undefined) return 'cancelled';
    return deletionError === undefined ? 'processing' : 'failed';
  },
  errorOf: ({ deletionError }) => deletionError,
  isUnchanged: () => ({ attribute: 'deletedAt', is: 'set' }),
  begin: () => ({}),
  end: () => ({}),
  fail: (_, reason) => ({ set: { deletionError: reason } }),
  reopen: () => ({ remove: ['deletionError'] }),
};

/**
 * Removes the members of a deleted list, page by page. Safe to repeat. After a pass that finds no members, it removes
 * the list.
 */
export const listDeletionJob = defineJob({
  name: 'delete-list',
  state: stateIn(lists),
  lifecycle,
  // Processing a page takes less.
  marginMs: 30_000,

  async step({ job }, context) {
    const { account, id, deletedAt = '', deletionCursor: cursor, deletionFound = false } = job;
    const page = await readMembers(id, { size: PAGE, ...(cursor !== undefined && { cursor }) }, context);
    await inParallel(page.members, PARALLEL, ({ profileId }) =>
      context.table.write(remove(memberships, { account, listId: id, profileId })),
    );
    const hasFound = deletionFound || page.members.length > 0;
    if (page.next !== undefined) return { kind: 'next', set: { deletionCursor: page.next, deletionFound: hasFound } };
    const ageMs = context.now().getTime() - Date.parse(deletedAt);
    if (hasFound || ageMs <= INDEX_LAG_SECONDS * 1_000)
      return { kind: 'wait', until: INDEX_LAG_SECONDS + 1, remove: ['deletionCursor', 'deletionFound'] };
    await removeList(id, context);
    return { kind: 'gone' };
  },
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

const removeList = async (id: string, { account, table }: Deps): Promise<void> => {
  await table.transact([
    remove(lists, { account, id }, { attribute: 'deletedAt', is: 'set' }),
    update(listCounts, { account }, { add: { count: -1 } }),
    ...memberCountKeys(account, id).map((count) => remove(memberCounts, count)),
  ]);
};
