import { recognizeEncoding, toUtf8 } from '../../imports/csv/encoding.ts';
import { fieldsOf } from '../../imports/csv/fields.ts';
import { recordEnd } from '../../imports/csv/records.ts';
import { sniff } from '../../imports/csv/sniff.ts';
import { FeedError } from '../content/feed-error.ts';
import { type FeedRow, NOT_TEXT, type RowReader } from './row.ts';

const MAX_COLUMNS = 1_000;

/** Reads CSV and TSV whose first line names the columns. Its bytes are UTF-8. */
export const csvReader = (head: Buffer, isWhole: boolean): RowReader => {
  const { delimiter, start } = sniff(head, isWhole);
  let skipped = 0;
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let count = 0;
  let columns: readonly string[] | undefined;

  const rowOf = (record: Buffer, isBroken: boolean): FeedRow | undefined => {
    const text = record.toString();
    const at = line;
    line += linesIn(text);
    if (text.trim() === '') return undefined;
    const fields = fieldsOf(text, delimiter);
    if (!columns) {
      columns = columnsOf(fields);
      return undefined;
    }
    count += 1;
    const placed = { row: count, place: `line ${at}` };
    if (isBroken) return { ...placed, problem: 'A quote is not closed. Write a quote within a field twice.' };
    if (text.includes('\u{FFFD}')) return { ...placed, problem: NOT_TEXT };
    if (fields.length > columns.length)
      return {
        ...placed,
        problem: `It has ${fields.length} fields for ${columns.length} columns. Quote fields with '${delimiter === '\t' ? 'tabs' : delimiter}'.`,
      };
    return { ...placed, fields: Object.fromEntries(columns.map((name, i) => [name, fields[i] ?? ''])) };
  };

  const read = (piece: Buffer, isLast: boolean): FeedRow[] => {
    const skip = Math.min(start - skipped, piece.length);
    skipped += skip;
    const bytes = pending.length === 0 ? piece.subarray(skip) : Buffer.concat([pending, piece.subarray(skip)]);
    const rows: FeedRow[] = [];
    let at = 0;
    for (;;) {
      const record = recordEnd(bytes, at, { delimiter: delimiter.charCodeAt(0), isLast });
      if (!record) break;
      const row = rowOf(bytes.subarray(at, record.end), record.isBroken);
      if (row) rows.push(row);
      at = record.end;
    }
    pending = Buffer.from(bytes.subarray(at));
    if (pending.length > MAX_LINE_BYTES) throw new FeedError(`Line ${line} of the feed is longer than 4 MB.`);
    return rows;
  };

  return {
    push: (piece) => read(piece, false),
    end: () => {
      const last = read(Buffer.alloc(0), true);
      if (!columns) throw new FeedError('The feed has no line with the names of its columns.');
      return last;
    },
  };
};

const MAX_LINE_BYTES = 4 * 1024 * 1024;

const linesIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

const columnsOf = (fields: readonly string[]): readonly string[] => {
  if (fields.length > MAX_COLUMNS)
    throw new FeedError(`The feed has ${fields.length} columns, more than ${MAX_COLUMNS}.`);
  const names = fields.map((name) => name.trim());
  const repeated = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
  if (repeated !== undefined) throw new FeedError(`The feed has two columns named '${repeated.slice(0, 100)}'.`);
  return names;
};

/** Converts a CSV feed to UTF-8 from the encoding of its beginning. */
export const csvInUtf8 = (
  pieces: AsyncIterable<Buffer>,
  { head, isWhole }: { readonly head: Buffer; readonly isWhole: boolean },
): AsyncIterable<Buffer> => toUtf8(pieces, recognizeEncoding({ head, isWhole }).encoding ?? 'utf-8');
