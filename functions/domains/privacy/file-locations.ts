import type { FileDeps } from '../../model/personal-data/erasure.ts';
import type { FileLocation, FileSearch } from '../../model/personal-data/files.ts';
import { allDeclarations } from './personal-data.ts';

/** Lists all places in the buckets that may have data of a person, in the order of a sweep. */
export const listFileLocations = async (search: FileSearch, deps: FileDeps): Promise<FileLocation[]> => {
  const places: FileLocation[] = [];
  for (const { erase } of allDeclarations) places.push(...((await erase.listFiles?.(search, deps)) ?? []));
  return places;
};
