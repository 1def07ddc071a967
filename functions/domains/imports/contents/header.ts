import { columnNameOf } from '../columns/headers.ts';
import { areOfOthers, isReport } from '../columns/report-columns.ts';
import { bytesIn, markBytes, recognizeEncoding } from '../csv/encoding.ts';
import type { Encoding } from '../csv/encodings.ts';
import { fieldsOf, withoutLineEnd } from '../csv/fields.ts';
import { fromCell, withoutFirstGuard } from '../csv/formulas.ts';
import { readRecords } from '../csv/read.ts';
import { sniff } from '../csv/sniff.ts';
import type { Layout } from '../jobs/job.ts';
import { isBlankRow } from '../rows/row.ts';
import { otherFormatOfBytes, otherFormatOfText } from './file-signatures.ts';
import { type Beginning, inUtf8, SAMPLE_BYTES } from './read.ts';
import { sampleRows } from './sample.ts';

/** Why a file can't be imported. */
export type HeaderError = { readonly reason: string };
/** The position after the header row, in UTF-8 and in the file's encoding, and the row's number. */
export type Place = { readonly offset: number; readonly source?: number | undefined; readonly row: number };
export type HeaderInfo = Pick<Layout, 'delimiter' | 'headers' | 'ownsErrorColumns'> &
  Place & {
    readonly encoding: Encoding;
    readonly ambiguous: number;
    /** The beginning in UTF-8. */
    readonly text: Beginning;
  };
/** The declared format of a file. */
interface DeclaredFormat {
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
  /** The number of the header row, if it is not the first one. */
  readonly header_row?: number | undefined;
}

/** Detects the format of a file from its beginning, unless declared, and reads its header. */
export const findHeader = async (
  beginning: Beginning,
  declared: DeclaredFormat = {},
): Promise<HeaderInfo | HeaderError> => {
  const foreign = otherFormatOfBytes(beginning.head);
  if (foreign !== undefined) return headerError(foreign);
  const { encoding, ambiguous } = recognizeEncoding(beginning, declared.encoding);
  if (encoding === undefined) return headerError(OTHER_ENCODING);
  const decoded = await inUtf8(beginning, encoding);
  const { head, isWhole } = decoded;
  if (head.length === 0) return headerError(isWhole ? 'The file is empty.' : NO_HEADER);
  const otherwise = otherFormatOfText(head);
  if (otherwise !== undefined) return headerError(otherwise);
  const { delimiter, start, row: before } = sniff(head, isWhole, declared);

  let row = before;
  const read = async (from: number, to: number) => head.subarray(from, to);
  // If the file goes on, its last record may do so too.
  const to = head.length + (isWhole ? 0 : 1);
  for await (const records of readRecords(read, { from: start, to, delimiter, pieceBytes: SAMPLE_BYTES })) {
    for (const { text, isBroken, badByte, end } of records) {
      row += 1;
      if (withoutLineEnd(text) === '') continue;
      if (isBroken) return headerError('The quotes of the header row do not match.');
      if (badByte !== undefined)
        return headerError(
          `The header row has bytes that are not UTF-8, at position ${badByte}. Save the file as 'CSV UTF-8', or set "encoding" in the mapping.`,
        );
      const fields = fieldsOf(text, delimiter);
      if (isBlankRow(fields)) continue;
      if (fields.every((field) => /^'.*'$/.test(field.trim()))) return headerError(SINGLE_QUOTES);
      const place = { offset: end, row };
      const isOurs = isReport({ headers: fields.map(headerIn) });
      const ownsErrorColumns =
        isOurs && areOfOthers((await sampleRows(decoded, { ...place, delimiter })).map(({ cells }) => cells));
      const headers = fields.map((field) =>
        headerIn(isOurs && !ownsErrorColumns ? fromCell(field, delimiter) : withoutFirstGuard(field)),
      );
      const bytes = bytesIn(head.subarray(0, end), encoding);
      const source = bytes === undefined ? undefined : markBytes(beginning.head, encoding) + bytes;
      const written = { encoding, ambiguous, delimiter, headers, ...(ownsErrorColumns && { ownsErrorColumns }) };
      return { ...written, text: decoded, ...place, source };
    }
  }
  return headerError(isWhole ? 'The file is empty.' : NO_HEADER);
};

const OTHER_ENCODING =
  'The file is in an encoding that is not recognized: its letters make no sense in UTF-8, Windows-1252 or any other encoding that is tried. Save it as \'CSV UTF-8\', or set its encoding: --encoding, or {"encoding": "gb18030"} in the mapping.';

/** Ignores invisible characters before the quotes of a field. */
const headerIn = (field: string): string => {
  const name = columnNameOf(field);
  return name !== field && /^"[^"]*"$/.test(name) ? columnNameOf(name.slice(1, -1)) : name;
};

const SINGLE_QUOTES =
  'The fields are in single quotes, which are part of the text in CSV files. Export the file with double quotes, or without quotes.';

const NO_HEADER = `The first ${SAMPLE_BYTES} bytes have no header row.`;

export const headerError = (reason: string): HeaderError => ({ reason });
