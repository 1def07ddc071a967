import * as v from 'valibot';
import { writeAndSend } from '../../platform/jobs/write-and-send.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Services } from '../../platform/resources/services.ts';
import { remove, update } from '../../platform/table/write.ts';
import type { Deadline, FailOutcome } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';
import { countsOf, memberCounts, memberships } from '../profiles/memberships/store.ts';
import { membersOf } from './members.ts';
import { listCounts, lists } from './store.ts';

export const DELETE_LIST = 'delete-list';
const Message = v.object({
  account: v.string(),
  id: v.string(),
  cursor: v.optional(v.string()),
  /** Whether this pass over the members has found any so far. */
  hasFound: v.optional(v.boolean(), false),
});

const PAGE = 500;
const PARALLEL = 32;
/** A page is done well within this. */
const MARGIN_MS = 30_000;
/** Whoever joined just before is in the index by then. */
const SETTLED_SECONDS = 30;

/**
 * To callers the list is gone at once, and nobody can join it any more; its members are taken from it later. Called
 * again, it starts that again.
 */
export const deleteList = async (
  id: string,
  { account, table, queue, now }: Pick<Context, 'account' | 'table' | 'queue' | 'now'>,
): Promise<'deleted' | 'absent'> => {
  const writes = [
    update(lists, { account, id }, { set: { deletedAt: now().toISOString() }, remove: ['deletionError'] }),
    ...countsOf(account, id).map((count) =>
      update(memberCounts, count, { upsert: true, set: { ...count, isClosed: true } }),
    ),
  ];
  const marked = await writeAndSend({ kind: DELETE_LIST, account, id }, () => table.transact(writes), queue());
  return marked.done ? 'deleted' : 'absent';
};

/**
 * Takes a deleted list's members from it, page by page. Taking one again changes nothing, so that a run may be killed
 * anywhere and its message come again. When a whole pass finds nobody, the list itself goes.
 */
export const runListDeletion = async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
  const { account, id, ...start } = v.parse(Message, message);
  const { table, queue } = services;
  let { cursor, hasFound } = start;
  // A run that begins with little time does a page all the same: otherwise runs would hand over to each other for ever.
  const leastMs = Math.min(MARGIN_MS, deadline.remainingMs() / 2);
  for (;;) {
    const list = await table.get(lists, { account, id });
    if (!list?.deletedAt) return;
    if (deadline.remainingMs() < leastMs) {
      await queue().send({ kind: DELETE_LIST, account, id, hasFound, ...(cursor && { cursor }) });
      return;
    }
    const page = await membersOf(id, { size: PAGE, ...(cursor && { cursor }) }, { account, table });
    await inParallel(page.members, PARALLEL, ({ profileId }) =>
      table.write(remove(memberships, { account, listId: id, profileId })),
    );
    hasFound ||= page.members.length > 0;
    cursor = page.next;
    if (cursor === undefined) {
      const age = services.now().getTime() - Date.parse(list.deletedAt);
      if (!hasFound && age > SETTLED_SECONDS * 1_000) return finish(account, id, services);
      await queue().send({ kind: DELETE_LIST, account, id }, SETTLED_SECONDS + 1);
      return;
    }
  }
};

/** Writes down that a list's deletion stopped: to callers it is gone all the same. */
export const failListDeletion = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, id } = v.parse(Message, message);
  const condition = { attribute: 'deletedAt', is: 'set' } as const;
  const { done } = await services.table.write(
    update(lists, { account, id }, { set: { deletionError: reason }, condition }),
  );
  return done ? 'failed' : 'over';
};

const finish = async (account: string, id: string, { table }: Services): Promise<void> => {
  await table.transact([
    remove(lists, { account, id }, { attribute: 'deletedAt', is: 'set' }),
    update(listCounts, { account }, { add: { count: -1 } }),
    ...countsOf(account, id).map((count) => remove(memberCounts, count)),
  ]);
};
