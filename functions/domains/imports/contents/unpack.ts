import type { Files } from '../../../platform/storage/files.ts';
import { readPieces } from '../../../platform/storage/ranges.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import { toUtf8 } from '../csv/encoding.ts';
import type { Job } from '../jobs/job.ts';
import { MARGIN_MS } from '../jobs/time-limit.ts';
import { FileError } from '../outcomes/file-error.ts';
import { contentsOf } from './read.ts';
import { GONE, uploadReader } from './upload.ts';

interface Deps {
  readonly files: Files;
  readonly deadline: Deadline;
}

/**
 * Reads the text after a checkpoint, converted to UTF-8, of a packed or differently encoded file. Encoded files are
 * read from the checkpoint on. Packed files are unpacked from the beginning, and the part before the checkpoint is
 * skipped.
 */
export async function* textBehind(
  job: Job,
  { offset, source }: NonNullable<Job['planned']>,
  { files, deadline }: Deps,
): AsyncGenerator<Buffer> {
  if (source !== undefined) {
    const { encoding = 'utf-8' } = job.layout ?? {};
    yield* toUtf8(readPieces(uploadReader(job, files), source, job.size), encoding, { isBehind: true });
    return;
  }
  // A deployment may have a shorter timeout.
  const marginMs = Math.min(MARGIN_MS, deadline.remainingMs() / 4);
  let left = offset;
  const pieces = await contentsOf(job, files);
  if (!pieces) throw new FileError(GONE);
  for await (const piece of pieces) {
    if (left < piece.length) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
    if (left > 0 && deadline.remainingMs() < marginMs)
      throw new FileError('Unpacking the file takes longer than a function may run. Upload it unpacked.');
  }
}
