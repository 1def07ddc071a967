import { buffer } from 'node:stream/consumers';
import type { Files, FileVersion } from '../../platform/storage/files.ts';
import type { ArchivedEvent } from '../events/records/archived-event.ts';
import { pack, unpack } from './object.ts';

/** A planned change of a key, with the number of removed events by profile. */
export interface Erasure {
  readonly events: ReadonlyMap<string, number>;
  readonly apply: () => Promise<void>;
}

interface ErasureInput {
  /** All versions of one key. */
  readonly versions: readonly FileVersion[];
  readonly profileIds: ReadonlySet<string>;
  /** Identifies this erasure. Written to the metadata of objects. */
  readonly mark: string;
  readonly files: Files;
}

/** Reads which erasure wrote an object, from its metadata. */
export const readErasureMark = async (key: string, files: Files): Promise<string | undefined> =>
  (await files.head(key))?.metadata?.erasure;

/**
 * Plans how to remove the events of these profiles from all versions of an object. Each version is read once and
 * changed only if it has such events. The rest of the current version is written under the same key. The old versions
 * are deleted permanently.
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
    // Without versioning, the write has replaced the object.
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

/** Undefined if the version no longer exists. */
const readVersion = async (key: string, version: string, files: Files): Promise<ArchivedEvent[] | undefined> => {
  try {
    return await unpack(await buffer(await files.read(key, { start: 0, ...(version !== 'null' && { version }) })));
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion')) return undefined;
    throw error;
  }
};
