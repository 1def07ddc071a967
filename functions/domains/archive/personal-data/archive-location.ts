import type { FileDeps } from '../../../model/personal-data/erasure.ts';
import type { FileLocation, FileSearch } from '../../../model/personal-data/files.ts';
import { planErasure, readErasureMark } from '../erase.ts';
import { accountPrefix } from '../keys.ts';

export const archivePlace = (
  { targets, mark, before, since }: FileSearch,
  deps: Pick<FileDeps, 'account' | 'archive'>,
): FileLocation => {
  const files = deps.archive();
  const jobsOf = new Map<string, string[]>();
  for (const { job, profileIds } of targets)
    for (const id of profileIds) jobsOf.set(id, [...(jobsOf.get(id) ?? []), job]);
  const profileIds = new Set(jobsOf.keys());
  return {
    prefix: accountPrefix(deps.account),
    files,
    since,
    plan: async (key, versions) => {
      // The previous sweep wrote this object, and it removed all of these people.
      if (before !== undefined && (await readErasureMark(key, files)) === before) return undefined;
      const found = await planErasure({ versions, profileIds, mark, files });
      if (!found) return undefined;
      const counts: Record<string, Record<string, number>> = {};
      for (const [id, count] of found.events) {
        for (const job of jobsOf.get(id) ?? [])
          counts[job] = { 'archive/event': (counts[job]?.['archive/event'] ?? 0) + count };
      }
      return { counts, kept: 0, apply: found.apply };
    },
  };
};
