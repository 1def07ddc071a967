import type { Services } from '../../../platform/resources/services.ts';
import type { UploadedObject } from '../../../platform/workers/trigger.ts';
import { type Job, jobId, stateOf } from '../jobs/job.ts';
import { jobs } from '../jobs/store.ts';
import { belongsTo } from '../mappings/mapping-file.ts';
import { withoutEnding } from '../names/keys.ts';
import { isMapping, mappingSuffix } from '../names/suffixes.ts';
import { reportToSender } from '../reports/sender.ts';
import { retryImportJob } from './retry.ts';

/**
 * Uses a mapping that arrives after its file: an import that failed without it continues with it. A file that was
 * imported without it is not imported again, since its rows would differ; its sender is notified.
 */
export const takeMapping = async (
  { bucket, key }: Pick<UploadedObject, 'bucket' | 'key'>,
  account: string,
  services: Services,
): Promise<void> => {
  const files = await services.imports().list(`${withoutEnding(key.slice(0, -mappingSuffix.length))}.`);
  for (const file of files.filter((name) => !isMapping(name) && belongsTo(key, name))) {
    const found = await services.imports().head(file);
    const job = found && (await services.table.get(jobs, { account, id: jobId(bucket, file, stateOf(found)) }));
    if (!job) continue;
    if (isRefused(job)) await retryImportJob(account, job.id, services);
    else if (job.status === 'complete') await reportToSender(job, services);
  }
};

/** The import failed before it was planned. Incomplete files do not count. */
const isRefused = ({ status, isPart, planned, chunks }: Job): boolean =>
  status === 'failed' && !isPart && planned === undefined && chunks === undefined;
