import type { Files } from '../../storage/files.ts';
import { mappingKey } from '../job.ts';
import { mappingSuffix } from '../kind.ts';

interface MappingFile {
  readonly key: string;
  readonly text: string;
}

/** Reads the mapping beside a file. Windows tools write endings in capitals: `.mapping.json` counts in any case. */
export const readMapping = async (
  key: string,
  files: Pick<Files, 'readText' | 'list'>,
): Promise<MappingFile | undefined> => {
  const usual = mappingKey(key);
  const text = await files.readText(usual);
  if (text !== undefined) return { key: usual, text };
  const other = await inOtherCase(usual, files);
  const otherText = other === undefined ? undefined : await files.readText(other);
  return other === undefined || otherText === undefined ? undefined : { key: other, text: otherText };
};

export const hasMapping = async (key: string, files: Pick<Files, 'head' | 'list'>): Promise<boolean> => {
  const usual = mappingKey(key);
  return (await files.head(usual)) !== undefined || (await inOtherCase(usual, files)) !== undefined;
};

/** Whether two names of mappings differ in the case of their ending alone. */
export const isSameMapping = (one: string, other: string): boolean => withUsualEnding(one) === withUsualEnding(other);

const withUsualEnding = (key: string): string =>
  key.slice(0, -mappingSuffix.length) + key.slice(-mappingSuffix.length).toLowerCase();

const inOtherCase = async (usual: string, files: Pick<Files, 'list'>): Promise<string | undefined> => {
  const stem = usual.slice(0, -mappingSuffix.length);
  // A key that differs in its first letter sorts elsewhere.
  for (const start of ['.m', '.M']) {
    const found = (await files.list(`${stem}${start}`)).find((key) => isSameMapping(key, usual));
    if (found !== undefined) return found;
  }
  return undefined;
};
