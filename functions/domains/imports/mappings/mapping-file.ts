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
 * Whether a mapping belongs to a file: `people.mapping.json` and `people.csv.mapping.json` belong to `people.csv` and
 * to its failed rows. Endings are case-insensitive, since Windows tools write them in capitals.
 */
export const belongsTo = (mapping: string, file: string): boolean => {
  if (!isMapping(mapping)) return false;
  const name = mapping.slice(0, -mappingSuffix.length);
  const stem = withoutEnding(withoutReportEnding(file));
  if (name === stem || isOwnOf(name, file)) return true;
  if (!name.startsWith(stem)) return false;
  // The ending of the file with these failed rows is unknown.
  if (isReportKey(file)) return withoutEnding(name) === stem;
  const ending = file.slice(stem.length).toLowerCase();
  return [ending, ending.replace(/\.(gz|zip)$/, '')].includes(name.slice(stem.length).toLowerCase());
};

/** Whether a mapping is named after this very file, which may be a report of failed rows. */
const isOwnOf = (name: string, file: string): boolean =>
  name === withoutEnding(file) ||
  (name.toLowerCase() === file.toLowerCase() && withoutEnding(name) === withoutEnding(file));

/** The maximum number of pages of names that begin like the file's. */
const MAX_PAGES = 10;

/** Lists the mappings beside a file, the best match first. */
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

/** Mappings that match the file equally well, so that the choice is ambiguous. */
export const conflictsAmong = (found: readonly string[], file: string): readonly string[] =>
  found.length > 1 && !(isReportKey(file) && found.filter((one) => isClosest(one, file)).length === 1) ? found : [];

/** Reads the mapping beside a file. */
export const findMapping = async (
  file: string,
  files: Pick<Files, 'read' | 'list'>,
): Promise<MappingFile | undefined> => readClosestMapping(await listAdjacentMappings(file, files), files);

/** Reads the best match, in the encoding that is detected. */
export const readClosestMapping = async (
  [key]: readonly string[],
  files: Pick<Files, 'read'>,
): Promise<MappingFile | undefined> => {
  const bytes = key === undefined ? undefined : await bytesOf(key, files);
  return key === undefined || bytes === undefined ? undefined : { key, text: textOf(bytes) };
};

const bytesOf = async (key: string, files: Pick<Files, 'read'>): Promise<Buffer | undefined> => {
  try {
    // UTF-16 has twice as many bytes, and one more byte shows that the file is too long.
    return await buffer(await files.read(key, { start: 0, end: 2 * MAX_MAPPING_BYTES + 4 }));
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
};

export const hasMapping = async (file: string, files: Pick<Files, 'list'>): Promise<boolean> =>
  (await listAdjacentMappings(file, files)).length > 0;
