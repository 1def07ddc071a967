import { defineJob } from '../../../platform/jobs/define.ts';
import { stateIn } from '../../../platform/jobs/state.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { listKeys } from '../../../platform/storage/files.ts';
import { feedStates, feedSyncs } from '../records/store.ts';
import { type FeedSync, feedFolder, manifestFolder, SYNC_DAYS, workFolderOf } from '../records/sync.ts';

/** Copies a feed into the bucket, reads it to its end, then writes what differs from the last sync. See docs/adr/0113. */
export const syncJob = defineJob({
  name: 'catalog-feed-sync',
  state: stateIn(feedSyncs),
  absence: (id) => `There is no sync of a catalog feed ${id}. They are kept for ${SYNC_DAYS} days.`,
  marginMs: 60_000,
  reopen: () => ({ set: { tries: 0 } }),
  tidy: removeWork,
  progress: ({ counts }: FeedSync) => ({
    total: counts.rows,
    completed: counts.created + counts.updated + counts.unchanged,
    failed: counts.failed,
  }),

  // Loaded on demand, since most functions only start jobs.
  step: async (run, context) => (await import('./step.ts')).syncStep(run, context),
});

/** Removes what the sync needed, and the manifests of earlier ones. The work of a failed sync stays for its retry. */
async function removeWork(job: FeedSync, { imports, table }: Pick<Services, 'imports' | 'table'>): Promise<void> {
  if (job.status === 'failed') return;
  const files = imports();
  for await (const key of listKeys(workFolderOf(job), files)) await files.remove(key);
  if (job.isUnchanged === true) return;
  const { account, feed } = job;
  const state = await table.get(feedStates, { account, feed });
  const current = state?.manifest === undefined ? undefined : manifestFolder(job, state.manifest);
  for await (const key of listKeys(`${feedFolder(job)}manifests/`, files))
    if (current === undefined || !key.startsWith(current)) await files.remove(key);
}
