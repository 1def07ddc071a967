import { freed, isOf } from '../../../platform/jobs/lease.ts';
import { update } from '../../../platform/table/write.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { chunks, jobs } from '../jobs/store.ts';
import type { Deps, Wanted } from './lease.ts';

/** An import that has made no progress for so long, at each of its last starts, does not go on by itself. */
const PATIENCE_MS = 7 * 24 * 3_600_000;

/** Others of the same file wait as well: they do not all come back at once. */
const delayMs = (pauseMs: number): number => pauseMs * (0.5 + Math.random() / 2);

interface Held {
  readonly job: Job;
  /** Absent where the job itself was worked on. */
  readonly chunk?: Chunk | undefined;
}

/** Lets go of what could not be done since the table was throttled. That was no fault of its own, so it is no start. */
export const letGo = async ({ job, chunk }: Held, services: Deps): Promise<void> => {
  const waitedMs = services.now().getTime() - Date.parse(job.startedAt ?? job.createdAt);
  const isCounted = waitedMs > PATIENCE_MS;
  // Rows behind the checkpoint may have been read: as after any start that did not come to the next one.
  const starts = (of: { readonly starts: number }) => (isCounted ? of.starts : Math.min(of.starts, 1));
  const changeOf = (of: Job | Chunk) => ({ set: { starts: starts(of) }, remove: freed, condition: isOf(of) });
  await services.table.write(chunk ? update(chunks, chunk, changeOf(chunk)) : update(jobs, job, changeOf(job)));
};

/** Goes on in a while, when there may be room. */
export const comeBack = async (
  { account, id, chunk }: Wanted,
  pauseMs: number,
  { queue }: Pick<Deps, 'queue'>,
): Promise<void> => {
  const message = { kind: 'import', account, job: id, ...(chunk !== undefined && { chunk }) };
  await queue().send(message, Math.ceil(delayMs(pauseMs) / 1_000));
};
