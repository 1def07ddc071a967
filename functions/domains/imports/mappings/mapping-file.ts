import { buffer } from 'node:stream/consumers';
import type { Files } from '../../../platform/storage/files.ts';
import { MAX_MAPPING_BYTES } from '../columns/mapping.ts';
import { textOf } from '../csv/encoding.ts';
import { isReportKey, withoutEnding, withoutReportEnding } from '../names/keys.ts';
import { isMapping, mappingSuffix } from '../names/suffixes.ts';

interface MappingFile {
  readonly key: string;
  readonly text: string;
}

/**
 * Whether a mapping is of a file: `people.mapping.json` and `people.csv.mapping.json` are of `people.csv`, and of the
 * failed rows of it. Windows tools write endings in capitals: they count in any case.
 */
export const belongsTo = (mapping: string, file: string): boolean => {
  if (!isMapping(mapping)) return false;
  const name = mapping.slice(0, -mappingSuffix.length);
  const stem = withoutEnding(withoutReportEnding(file));
  if (name === stem || isOwnOf(name, file)) return true;
  if (!name.startsWith(stem)) return false;
  // Nobody knows how the file ended whose failed rows these are.
  if (isReportKey(file)) return withoutEnding(name) === stem;
  const ending = file.slice(stem.length).toLowerCase();
  return [ending, ending.replace(/\.(gz|zip)$/, '')].includes(name.slice(stem.length).toLowerCase());
};

/** Whether a mapping is called as the whole file, a report of failed rows too. */
const isOwnOf = (name: string, file: string): boolean =>
  name === withoutEnding(file) ||
  (name.toLowerCase() === file.toLowerCase() && withoutEnding(name) === withoutEnding(file));

/** So many names that begin as the file's are looked through. */
const MAX_PAGES = 10;

/** The mappings that lie beside a file, the closest first. */
export const listAdjacentMappings = async (file: string, files: Pick<Files, 'list'>): Promise<readonly string[]> => {
  const prefix = `${withoutEnding(withoutReportEnding(file))}.`;
  const found: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const keys = await files.list(prefix, after);
    found.push(...keys.filter((key) => belongsTo(key, file)));
    after = keys.at(-1);
    if (after === undefined) break;
  }
  return found.toSorted((a, b) => Number(isClosest(b, file)) - Number(isClosest(a, file)));
};

const isClosest = (mapping: string, file: string): boolean =>
  isReportKey(file) && isOwnOf(mapping.slice(0, -mappingSuffix.length), file);

/** Two mappings of which none is closer to the file than the other: nobody knows which is meant. */
export const conflictsAmong = (found: readonly string[], file: string): readonly string[] =>
  found.length > 1 && !(isReportKey(file) && found.filter((one) => isClosest(one, file)).length === 1) ? found : [];

/** Reads the mapping beside a file. */
export const findMapping = async (
  file: string,
  files: Pick<Files, 'read' | 'list'>,
): Promise<MappingFile | undefined> => readClosestMapping(await listAdjacentMappings(file, files), files);

/** Reads the first of the mappings that were found, in whatever an editor saved it. */
export const readClosestMapping = async (
  [key]: readonly string[],
  files: Pick<Files, 'read'>,
): Promise<MappingFile | undefined> => {
  const bytes = key === undefined ? undefined : await bytesOf(key, files);
  return key === undefined || bytes === undefined ? undefined : { key, text: textOf(bytes) };
};

const bytesOf = async (key: string, files: Pick<Files, 'read'>): Promise<Buffer | undefined> => {
  try {
    // In UTF-16 it has twice as many, and one more shows that it is too long.
    return await buffer(await files.read(key, { start: 0, end: 2 * MAX_MAPPING_BYTES + 4 }));
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
};

export const hasMapping = async (file: string, files: Pick<Files, 'list'>): Promise<boolean> =>
  (await listAdjacentMappings(file, files)).length > 0;
