import * as v from 'valibot';
import type { Change } from '../../platform/changes/change.ts';
import { isOpen } from '../../platform/jobs/lifecycle.ts';
import type { JobId } from '../../platform/jobs/state.ts';
import { errorFields } from '../../platform/log.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import { isAvailable } from './is-available.ts';
import { stockRounds } from './records/store.ts';
import { stockRound } from './round-job.ts';

const PARALLEL = 16;

/** The attributes of a variant that say whether it is available. */
const Stock = v.object({ account: v.string(), id: v.string(), quantity: v.number(), published: v.boolean() });
export const stockAttributes = Object.keys(Stock.entries);

interface Start extends JobId {
  readonly position: string;
}

/**
 * Starts a round for each variant that became available, or was deleted, and that somebody ever waited for. However
 * inventory changes, it changes the variant, so this is the one place that notices. Safe to repeat, in any order.
 * Returns the changes that cannot be read.
 */
export const followStock = async (changes: readonly Change[], services: Services): Promise<readonly Change[]> => {
  const unreadable: Change[] = [];
  const newest = new Map<string, Start>();
  for (const change of changes) {
    try {
      const variant = startedBy(change);
      if (!variant) continue;
      const known = newest.get(change.key.pk);
      if (!known || known.position < change.position)
        newest.set(change.key.pk, { ...variant, position: change.position });
    } catch (error) {
      services.log.error('stock not followed', { position: change.position, ...errorFields(error) });
      unreadable.push(change);
    }
  }
  const starts = [...newest.values()];
  const rounds = await services.table.getMany(stockRounds, starts);
  await inParallel(starts, PARALLEL, async (start, i) => {
    if (rounds[i]) await startRound(start, services);
  });
  return unreadable;
};

const startedBy = ({ kind, before, after }: Change): JobId | undefined => {
  const old = v.parse(Stock, before);
  if (kind === 'removed') return old;
  const is = v.parse(Stock, after);
  return isAvailable(is) && !isAvailable(old) ? is : undefined;
};

/** Starts the round anew. A run of an earlier one stops at its next checkpoint. */
const startRound = async ({ account, id, position }: Start, { table, queue, now }: Services): Promise<void> => {
  const written = await table.write(
    update(
      stockRounds,
      { account, id },
      {
        set: { status: 'queued', createdAt: now().toISOString(), position },
        remove: [
          'startedAt',
          'completedAt',
          'error',
          'lease',
          'leaseUntil',
          'starts',
          'lastError',
          'cursor',
          'left',
          'due',
        ],
        condition: {
          any: [
            { all: ['present', { attribute: 'position', is: 'missing' }] },
            { attribute: 'position', is: '<', value: position },
          ],
        },
      },
    ),
  );
  const existing = written.done || !written.existing ? undefined : stockRounds.fromItem(written.existing);
  // Killed before the message was sent, or delivered twice.
  const isOwn = existing?.position === position && isOpen(existing.status);
  if (written.done || isOwn) await stockRound.wake({ account, id }, { queue });
};
