import type { Run } from '../../platform/jobs/run.ts';
import type { Key } from '../../platform/table/definition.ts';
import { addCounts, type DeletionJob } from './deletions/job.ts';

/**
 * Counts items before they are removed. If a run is killed in between, the next one removes the items up to this
 * position without counting them again.
 */
export const countBeforeRemoval = async (
  run: Run<DeletionJob>,
  place: NonNullable<DeletionJob['claimed']>,
  counts: Readonly<Record<string, number>>,
): Promise<void> => run.save({ claimed: place, removed: addCounts(run.job.removed, counts) });

export const isCounted = ({ claimed }: DeletionJob, { pk, sk }: Key): boolean =>
  claimed?.pk === pk && sk <= claimed.through;
