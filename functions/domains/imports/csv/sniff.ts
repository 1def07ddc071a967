import { fieldsOf } from './fields.ts';
import { recordEnd } from './records.ts';

export interface Dialect {
  readonly delimiter: string;
  /** The position of the header row. */
  readonly start: number;
  /** The number of the last row before it. `sep=;` counts as a row. */
  readonly row: number;
}

export const delimiters = [',', ';', '\t', '|'] as const;
const RECORDS = 50;

/** Detects the delimiter of a file: as the file declares itself, else as declared, else from its beginning in UTF-8. */
export const sniff = (
  sample: Buffer,
  isWhole: boolean,
  { delimiter: declared, header_row: headerRow = 1 }: Declared = {},
): Dialect => {
  const first = behindMarks(sample, 0);
  // Excel's own way to name the separator.
  const named = /^"?sep=([,;\t|])"?(\r\n|\n|\r)/i.exec(sample.toString('latin1', first, first + 12));
  const behind = named ? behindMarks(sample, first + named[0].length) : first;
  const { start, row } = behindRows(sample, { start: behind, row: named ? 1 : 0 }, headerRow - 1);
  if (named) return { delimiter: named[1] ?? ',', start, row };
  if (declared !== undefined) return { delimiter: declared, start, row };
  const scores = delimiters.map((delimiter) => ({ delimiter, ...score(sample, { start, delimiter, isWhole }) }));
  const [best] = scores.toSorted((a, b) => b.equal - a.equal || b.fields - a.fields);
  return { delimiter: best && best.fields > 1 ? best.delimiter : ',', start, row };
};

interface Declared {
  readonly delimiter?: string | undefined;
  readonly header_row?: number | undefined;
}

/** The position after the rows above the header. They are single lines, since a title has no line breaks. */
const behindRows = (
  sample: Buffer,
  from: Pick<Dialect, 'start' | 'row'>,
  rows: number,
): Pick<Dialect, 'start' | 'row'> => {
  let { start, row } = from;
  for (; row < rows && start < sample.length; row++) {
    while (start < sample.length && sample[start] !== 10 && sample[start] !== 13) start += 1;
    start += sample[start] === 13 && sample[start + 1] === 10 ? 2 : 1;
  }
  return { start: Math.min(start, sample.length), row };
};

/** The end of the byte order marks. Files that were concatenated or saved twice have several. */
const behindMarks = (sample: Buffer, from: number): number => {
  let at = from;
  while (sample[at] === 0xef && sample[at + 1] === 0xbb && sample[at + 2] === 0xbf) at += 3;
  return at;
};

/** The share of records with as many fields as the first one, if it has several. */
const score = (
  sample: Buffer,
  { start, delimiter, isWhole }: { readonly start: number; readonly delimiter: string; readonly isWhole: boolean },
) => {
  const counts: number[] = [];
  for (let at = start; counts.length < RECORDS; ) {
    const found = recordEnd(sample, at, { delimiter: delimiter.charCodeAt(0), isLast: isWhole });
    if (!found) break;
    const text = sample.toString('utf8', at, found.end);
    if (text.trim() !== '') counts.push(found.isBroken ? 0 : fieldsOf(text, delimiter).length);
    at = found.end;
  }
  const [fields = 0] = counts;
  return { fields, equal: fields > 1 ? counts.filter((count) => count === fields).length / counts.length : 0 };
};
