import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { Text } from '../../text.ts';
import { comparable, isReport } from '../columns/headers.ts';
import { kinds } from '../kind.ts';
import { Mapping } from './mapping.ts';

export const MappingName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the mapping is empty.'),
  v.maxLength(255, 'The name of a mapping has at most 255 characters.'),
);

/** A mapping for every file of a kind that has these headers. */
export const SavedMapping = v.object({
  account: v.string(),
  /** By what it is chosen. */
  id: v.string(),
  kind: v.picklist(kinds),
  name: v.string(),
  headers: v.array(v.string()),
  mapping: Mapping,
  created: v.string(),
  updated: v.string(),
});
export type SavedMapping = v.InferOutput<typeof SavedMapping>;

/**
 * The fingerprint of headers: the same in any order, in small letters or capitals, and for the failed rows of a file,
 * which have two columns more.
 */
export const fingerprintOf = ({ kind, headers }: Pick<SavedMapping, 'kind' | 'headers'>): string => {
  const names = headers.filter((header) => !isReport(header)).map(comparable);
  return fingerprintIn(kind, names);
};

/** The same as earlier versions made it, which compared headers in whatever form of Unicode they were written. */
export const formerFingerprintsOf = ({ kind, headers }: Pick<SavedMapping, 'kind' | 'headers'>): string[] => {
  const own = headers.filter((header) => !isReport(header));
  const compared = (form: 'NFC' | 'NFD') =>
    own.map((header) =>
      (header.length > 1_000 ? header : header.normalize(form))
        .trim()
        .toLowerCase()
        .replaceAll(/[\s_]+/g, ' '),
    );
  return [...new Set([fingerprintIn(kind, compared('NFC')), fingerprintIn(kind, compared('NFD'))])].filter(
    (id) => id !== fingerprintOf({ kind, headers }),
  );
};

const fingerprintIn = (kind: SavedMapping['kind'], names: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, [...new Set(names)].toSorted()]))
    .digest('hex')
    .slice(0, 32);
