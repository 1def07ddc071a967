import type { Services } from '../../../platform/resources/services.ts';
import { openOverlay } from '../../../platform/table/overlay/overlay.ts';
import type { Context } from '../../accounts/context.ts';
import { profileKey } from '../../profiles/records/resolve.ts';
import { type Chunk, isRepeated } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import type { Change } from '../kinds/change.ts';
import type { Failure } from '../outcomes/failure.ts';
import type { Unit } from '../rows/units.ts';
import { changesKey, MAX_CHANGES, readChanges } from './change-files.ts';
import { changesIn } from './changes.ts';
import { openPieces } from './work-files.ts';

interface Window {
  readonly units: readonly Unit[];
  readonly failures: readonly Failure[];
  /** Its rows are those after `start` up to `end`. */
  readonly start: number;
  readonly end: number;
}

/**
 * Imports a chunk on an overlay of the table, which keeps all writes to itself. It includes the writes of earlier rows
 * of the file, so that repeated people are counted as in an import.
 */
export const openDryRun = async (job: Job, chunk: Chunk, services: Services, layerBytes?: number) => {
  const files = services.imports();
  const { layer, keep, rest } = await openPieces(chunk, files, layerBytes);
  let count = (await readChanges(job, files, (row) => row <= chunk.row)).length;
  return {
    services: { ...services, table: openOverlay(services.table, layer) },
    /** Called before the checkpoint of a window, with its writes and its changes. */
    keep: async ({ start, end, ...window }: Window): Promise<void> => {
      const { written, lines } = layer.take();
      const found = count < MAX_CHANGES ? changesIn(job, { ...window, written }).slice(0, MAX_CHANGES - count) : [];
      const changes = await withoutNewIds(found, { account: job.account, table: services.table });
      const key = changesKey(job, start + 1);
      const text = changes.map((change) => `${JSON.stringify(change)}\n`).join('');
      if (changes.length > 0) await files.write(key, text, 'application/x-ndjson');
      // Left by a killed run.
      else if (isRepeated(chunk) && count < MAX_CHANGES) await files.remove(key);
      count += changes.length;
      await keep(start, end, lines);
    },
    rest,
  };
};

/** Hides the ids of profiles that exist only in the dry run. */
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
