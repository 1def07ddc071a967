import { fieldsOf } from './fields.ts';
import { recordEnd } from './records.ts';

export type Sniffed =
  | { readonly kind: 'csv'; readonly delimiter: string; readonly start: number }
  | { readonly kind: 'refused'; readonly reason: string };

const CANDIDATES = [',', ';', '\t', '|'] as const;
const RECORDS = 50;

/** How a file is written, judged by its beginning. */
export const sniff = (sample: Buffer, isWhole: boolean): Sniffed => {
  if (isUtf16(sample)) {
    return {
      kind: 'refused',
      reason: "The file is written in UTF-16. Save it as 'CSV UTF-8' and drop it again.",
    };
  }
  const start = sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf ? 3 : 0;
  const scores = CANDIDATES.map((delimiter) => ({ delimiter, ...score(sample, { start, delimiter, isWhole }) }));
  const [best] = scores.toSorted((a, b) => b.equal - a.equal || b.fields - a.fields);
  return { kind: 'csv', delimiter: best && best.fields > 1 ? best.delimiter : ',', start };
};

/** ASCII text in UTF-16 has a zero in every other byte; UTF-8 text has none. */
const isUtf16 = (sample: Buffer): boolean => {
  const mark = sample.subarray(0, 2).toString('hex');
  const head = sample.subarray(0, 1_000);
  return mark === 'fffe' || mark === 'feff' || head.filter((byte) => byte === 0).length > head.length / 4;
};

/** The share of records that have as many fields as the first, where that has several. */
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
