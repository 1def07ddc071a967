import * as v from 'valibot';
import type { RowProblem } from './problem.ts';

/** Something in a file that its owner should check. Its rows are imported nevertheless. */
export const Warning = v.object({
  code: v.string(),
  message: v.string(),
  column: v.optional(v.string()),
  /** The number of its rows, and the first ones. Absent for warnings about the file. */
  count: v.optional(v.number()),
  rows: v.optional(v.array(v.number())),
});
export type Warning = v.InferOutput<typeof Warning>;

/** Rows that a warning names. */
const MAX_ROWS = 10;

/** One warning for all rows that have the same note. */
export const joinedWarnings = (all: readonly Warning[]): Warning[] => {
  const joined = new Map<string, Warning>();
  for (const warning of all) {
    const key = JSON.stringify([warning.code, warning.column, warning.message]);
    const before = joined.get(key);
    const rows = [...(before?.rows ?? []), ...(warning.rows ?? [])].toSorted((a, b) => a - b).slice(0, MAX_ROWS);
    const count = (before?.count ?? 0) + (warning.count ?? 0);
    joined.set(key, { ...warning, ...(count > 0 && { count, rows }) });
  }
  return [...joined.values()];
};

export const rowWarnings = (row: number, notes: readonly RowProblem[]): Warning[] =>
  notes.map(({ code, message, column }) => ({
    code,
    message,
    ...(column !== undefined && { column }),
    count: 1,
    rows: [row],
  }));

/** Characters without a width, and spaces that look like an ordinary one. */
const UNSEEN = /[\p{Cf}\u00a0\u2007\u202f]/gu;

const nameOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** The warnings about headers and processed rows. */
export const warningsOf = (
  { layout }: { readonly layout?: Layout | undefined },
  { warnings }: { readonly warnings: readonly Warning[] },
): Warning[] => [...(layout ? layoutWarnings(layout) : []), ...warnings];

/** The warnings about a file as a whole. */
const layoutWarnings = ({ headers, encoding, ambiguous }: Layout): Warning[] => [
  ...(encoding !== undefined && ambiguous !== undefined ? [ambiguousLetters(encoding, ambiguous)] : []),
  ...headerWarnings(headers),
];

interface Layout {
  readonly headers: readonly string[];
  readonly encoding?: string | undefined;
  readonly ambiguous?: number | undefined;
}

const ambiguousLetters = (encoding: string, count: number): Warning => ({
  code: 'ambiguous_encoding',
  message: `The file is read as ${encoding}, but ${count === 1 ? 'a place' : `${count} places`} at its beginning could be of another encoding. If letters are wrong, save the file as 'CSV UTF-8', or set "encoding" in the mapping or --encoding.`,
});

/** Warns of invisible characters in headers: two different columns may look the same. */
const headerWarnings = (headers: readonly string[]): Warning[] =>
  headers.flatMap((header, i): Warning[] => {
    const found = [...new Set(header.match(UNSEEN))];
    if (found.length === 0) return [];
    const message = `The header of column ${i + 1} contains invisible characters: ${found.map(nameOf).join(', ')}. Known columns are recognized without them. Names of properties keep them.`;
    return [{ code: 'invisible_characters', message, column: header }];
  });
