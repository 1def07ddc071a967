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

/** So many are known of one content: an import that changed nothing is none of them. */
const MAX_JOBS = 4;

/** The same where two files say the same in the same way: S3 tells a file from others by its etag. */
const contentOf = ({ etag, size }: Pick<Job, 'etag' | 'size'>, { delimiter, headers, mapping = {} }: Layout): string =>
  createHash('sha256')
    .update(JSON.stringify([unquoteEtag(etag), size, delimiter, headers, mapping]))
    .digest('hex');

/** The imports of the same rows that are over, where the kind of the file tracks them. */
export const repeatsOf = async (job: Job, layout: Layout, { table }: Pick<Services, 'table'>): Promise<string[]> => {
  if (!importKinds[job.kind].tracksRepeats) return [];
  return (await table.get(contents, { account: job.account, content: contentOf(job, layout) }))?.jobs ?? [];
};

/** Lets imports of the same rows know of one that is over, and changed something. */
export const rememberContent = async (job: Job, { table }: Pick<Services, 'table'>): Promise<void> => {
  const { account, id, kind, layout, isDryRun, counts, expiresAt } = job;
  if (!importKinds[kind].tracksRepeats || isDryRun || !layout || counts.created + counts.updated === 0) return;
  const known = await repeatsOf(job, layout, { table });
  const jobs = [...known.filter((one) => one !== id), id].slice(-MAX_JOBS);
  await table.write(put(contents, { account, content: contentOf(job, layout), jobs, expiresAt }));
};

/** By row, the imports of the same rows in which this one did not fail. */
export const repeatsByRow = async (
  { account, repeats = [] }: Job,
  units: readonly Unit[],
  { table }: Pick<Context, 'table'>,
): Promise<(row: number) => readonly string[]> => {
  if (repeats.length === 0) return () => repeats;
  const failed = await Promise.all(repeats.map((job) => failedRowsOf({ account, job }, units, { table })));
  return (row) => repeats.filter((_, i) => !failed[i]?.has(row));
};
