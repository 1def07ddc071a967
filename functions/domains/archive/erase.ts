import { buffer } from 'node:stream/consumers';
import type { Files, FileVersion } from '../../platform/storage/files.ts';
import type { ArchivedEvent } from '../events/records/archived-event.ts';
import { pack, unpack } from './object.ts';

/** What is to be done to a key, with what that removes by profile; nothing is done yet. */
export interface Erasure {
  readonly events: ReadonlyMap<string, number>;
  readonly apply: () => Promise<void>;
}

interface ErasureInput {
  /** All versions of one key. */
  readonly versions: readonly FileVersion[];
  readonly profileIds: ReadonlySet<string>;
  /** Names this erasure in what it writes. */
  readonly mark: string;
  readonly files: Files;
}

/** The erasure that wrote an object, by what stands beside it. */
export const readErasureMark = async (key: string, files: Files): Promise<string | undefined> =>
  (await files.head(key))?.metadata?.erasure;

/**
 * An object of the archive without the events of these profiles. Each version is read once, and touched only where it
 * holds one: what is left of the current one lies under its old key, since readers know no other; of older ones nothing is
 * left. The versions that held them are removed for good.
 */
export const planErasure = async ({
  versions,
  profileIds,
  mark,
  files,
}: ErasureInput): Promise<Erasure | undefined> => {
  const events = new Map<string, number>();
  const steps: (() => Promise<void>)[] = [];
  for (const { key, versionId, isCurrent, isDeleteMarker } of versions) {
    if (isDeleteMarker) continue;
    const all = await readVersion(key, versionId, files);
    const kept = all?.filter(({ profile_id }) => !profileIds.has(profile_id));
    if (!all || !kept || kept.length === all.length) continue;
    for (const { profile_id } of isCurrent ? all : [])
      if (profileIds.has(profile_id)) events.set(profile_id, (events.get(profile_id) ?? 0) + 1);
    const isReplaced = isCurrent && kept.length > 0;
    if (isReplaced) steps.push(async () => files.write(key, await pack(kept), 'application/gzip', { erasure: mark }));
    // Where a bucket keeps no versions, what was written has taken its place.
    if (!isReplaced || versionId !== 'null') steps.push(() => files.removeVersion(key, versionId));
  }
  if (steps.length === 0) return undefined;
  return {
    events,
    apply: async () => {
      for (const step of steps) await step();
    },
  };
};

/** Undefined where the version is gone by now. */
const readVersion = async (key: string, version: string, files: Files): Promise<ArchivedEvent[] | undefined> => {
  try {
    return await unpack(await buffer(await files.read(key, { start: 0, ...(version !== 'null' && { version }) })));
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion')) return undefined;
    throw error;
  }
};
