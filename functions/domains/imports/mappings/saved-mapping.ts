import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { Text } from '../../../platform/validation/text.ts';
import { comparable } from '../columns/headers.ts';
import { Mapping } from '../columns/mapping.ts';
import { isReport, ownColumns, reportColumns } from '../columns/report-columns.ts';
import { kinds } from '../kinds/names.ts';

export const MappingName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the mapping is empty.'),
  v.maxLength(255, 'The name of a mapping has at most 255 characters.'),
);

/** A mapping for every file of a kind that has these headers. */
export const SavedMapping = v.object({
  account: v.string(),
  /** The fingerprint of the headers, by which it is found. */
  id: v.string(),
  kind: v.picklist(kinds),
  name: v.string(),
  headers: v.array(v.string()),
  mapping: Mapping,
  created: v.string(),
  updated: v.string(),
});
export type SavedMapping = v.InferOutput<typeof SavedMapping>;

/** The fingerprint of headers. It ignores order, case, and the two additional columns of a report of failed rows. */
export const fingerprintOf = ({ kind, headers }: Pick<SavedMapping, 'kind' | 'headers'>): string => {
  const names = headers.map(comparable);
  // A user may have moved the columns of a report.
  const isMoved = !isReport({ headers }) && reported.every((name) => names.includes(name));
  return fingerprintIn(kind, isMoved ? withoutReported(names) : ownColumns(names, { headers }));
};

const reported = reportColumns.map(comparable);
const withoutReported = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !reported.includes(name));

/**
 * The fingerprints of earlier versions, which did not normalize Unicode and left out all columns with the names of
 * report columns.
 */
export const formerFingerprintsOf = ({ kind, headers }: Pick<SavedMapping, 'kind' | 'headers'>): string[] => {
  const own = headers.filter((header) => !reported.includes(comparable(header)));
  const compared = (form: 'NFC' | 'NFD') =>
    own.map((header) =>
      (header.length > 1_000 ? header : header.normalize(form))
        .trim()
        .toLowerCase()
        .replaceAll(/[\s_]+/g, ' '),
    );
  const former = [own.map(comparable), compared('NFC'), compared('NFD')].map((names) => fingerprintIn(kind, names));
  return [...new Set(former)].filter((id) => id !== fingerprintOf({ kind, headers }));
};

const fingerprintIn = (kind: SavedMapping['kind'], names: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, [...new Set(names)].toSorted()]))
    .digest('hex')
    .slice(0, 32);
