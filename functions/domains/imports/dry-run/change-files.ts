import * as v from 'valibot';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { Job } from '../jobs/job.ts';
import { Change } from '../kinds/change.ts';
import { reportsFolder } from '../places/folders.ts';

/** The maximum number of stored changes. */
export const MAX_CHANGES = 100;

type Place = Pick<Job, 'account' | 'id'>;

const prefixOf = ({ account, id }: Place): string => `${reportsFolder}${account}/${id}/changes-`;

/** The key for the window that begins with a row. */
export const changesKey = (job: Place, firstRow: number): string =>
  `${prefixOf(job)}${String(firstRow).padStart(12, '0')}.jsonl`;

/**
 * Reads the first changes of a dry run, in the order of the file. A window in progress may have left changes that are
 * repeated.
 */
export const readChanges = async (
  job: Place,
  files: Files,
  isProcessed: (row: number) => boolean,
): Promise<Change[]> => {
  const keys = await files.list(prefixOf(job));
  const texts = await inParallel(keys, 16, (key) => files.readText(key));
  return texts
    .flatMap((text = '') => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => v.parse(Change, parseExact(line)))
    .filter(({ row }) => isProcessed(row))
    .slice(0, MAX_CHANGES);
};
