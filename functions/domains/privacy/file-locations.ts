import type { FileDeps } from '../../model/personal-data/erasure.ts';
import type { FileLocation, FileSearch } from '../../model/personal-data/files.ts';
import { allDeclarations } from './personal-data.ts';

/** Everywhere in the buckets where something of a person may lie, in the order in which it is looked through. */
export const listFileLocations = async (search: FileSearch, deps: FileDeps): Promise<FileLocation[]> => {
  const places: FileLocation[] = [];
  for (const { erase } of allDeclarations) places.push(...((await erase.listFiles?.(search, deps)) ?? []));
  return places;
};
