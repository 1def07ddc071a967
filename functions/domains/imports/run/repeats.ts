import { createHash } from 'node:crypto';
import type { Services } from '../../../platform/resources/services.ts';
import { unquoteEtag } from '../../../platform/storage/etag.ts';
import { put } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { failedRowsOf } from '../jobs/listing.ts';
import { contents } from '../jobs/store.ts';
import { importKinds } from '../kinds/kinds.ts';
import type { Unit } from '../rows/units.ts';

/** The most imports that are remembered per content. Imports that changed nothing are not remembered. */
const MAX_JOBS = 4;

/** Equal for two files with the same content and layout. S3's ETag identifies the content. */
const contentOf = ({ etag, size }: Pick<Job, 'etag' | 'size'>, { delimiter, headers, mapping = {} }: Layout): string =>
  createHash('sha256')
    .update(JSON.stringify([unquoteEtag(etag), size, delimiter, headers, mapping]))
    .digest('hex');

/** The earlier imports of the same rows, if the kind of the file tracks them. */
export const repeatsOf = async (job: Job, layout: Layout, { table }: Pick<Services, 'table'>): Promise<string[]> => {
  if (!importKinds[job.kind].tracksRepeats) return [];
  return (await table.get(contents, { account: job.account, content: contentOf(job, layout) }))?.jobs ?? [];
};

/** Remembers an import that changed something, for later imports of the same rows. */
export const rememberContent = async (job: Job, { table }: Pick<Services, 'table'>): Promise<void> => {
  const { account, id, kind, layout, isDryRun, counts, expiresAt } = job;
  if (!importKinds[kind].tracksRepeats || isDryRun || !layout || counts.created + counts.updated === 0) return;
  const known = await repeatsOf(job, layout, { table });
  const jobs = [...known.filter((one) => one !== id), id].slice(-MAX_JOBS);
  await table.write(put(contents, { account, content: contentOf(job, layout), jobs, expiresAt }));
};

/** By row, the earlier imports in which that row did not fail. */
export const repeatsByRow = async (
  { account, repeats = [] }: Job,
  units: readonly Unit[],
  { table }: Pick<Context, 'table'>,
): Promise<(row: number) => readonly string[]> => {
  if (repeats.length === 0) return () => repeats;
  const failed = await Promise.all(repeats.map((job) => failedRowsOf({ account, job }, units, { table })));
  return (row) => repeats.filter((_, i) => !failed[i]?.has(row));
};
