import type { Services } from '../../../platform/resources/services.ts';
import { openOverlay } from '../../../platform/table/overlay.ts';
import type { Context } from '../../accounts/context.ts';
import { profileKey } from '../../profiles/records/resolve.ts';
import { type Chunk, isRepeated } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import type { Failure } from '../outcomes/failure.ts';
import type { Unit } from '../rows/units.ts';
import { changesKey, MAX_CHANGES, readChanges } from './change-files.ts';
import { type Change, changesIn } from './changes.ts';
import { openPieces } from './work-files.ts';

interface Window {
  readonly units: readonly Unit[];
  readonly failures: readonly Failure[];
  /** Its rows are those behind `start` up to `end`. */
  readonly start: number;
  readonly end: number;
}

/**
 * Lets a chunk be imported as ever, on a table that keeps what is written to itself. What earlier rows of the file would
 * have written is there, so that a person who comes twice is counted as the import counts them.
 */
export const openDryRun = async (job: Job, chunk: Chunk, services: Services, layerBytes?: number) => {
  const files = services.imports();
  const { layer, keep, rest } = await openPieces(chunk, files, layerBytes);
  let count = (await readChanges(job, files, (row) => row <= chunk.row)).length;
  return {
    services: { ...services, table: openOverlay(services.table, layer) },
    /** Before the checkpoint of a window: what it wrote, and what it would change. */
    keep: async ({ start, end, ...window }: Window): Promise<void> => {
      const { written, lines } = layer.take();
      const found = count < MAX_CHANGES ? changesIn(job, { ...window, written }).slice(0, MAX_CHANGES - count) : [];
      const changes = await withoutNewIds(found, { account: job.account, table: services.table });
      const key = changesKey(job, start + 1);
      const text = changes.map((change) => `${JSON.stringify(change)}\n`).join('');
      if (changes.length > 0) await files.write(key, text, 'application/x-ndjson');
      // Of a run that was killed here.
      else if (isRepeated(chunk) && count < MAX_CHANGES) await files.remove(key);
      count += changes.length;
      await keep(start, end, lines);
    },
    rest,
  };
};

/** A profile that only a dry run has made has an id that nobody can ask for. */
const withoutNewIds = async (
  changes: readonly Change[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Change[]> => {
  const found = await table.getItems(changes.map(({ profile: { id = '' } }) => profileKey(account, id)));
  return changes.map((change, i) => {
    const { id: _, ...unnamed } = change.profile;
    return found[i] ? change : { ...change, profile: unnamed };
  });
};
