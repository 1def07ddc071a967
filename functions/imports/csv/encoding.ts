import { isUtf8 } from 'node:buffer';

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

const marks: readonly (readonly [string, Encoding])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/**
 * How a text is encoded: by its byte order mark, which is never wrong; else as it is `told`; else judged by its beginning.
 * UTF-16 has a zero in every other byte, and what has letters beyond ASCII none of which is UTF-8 is taken for
 * Windows-1252, as programs of Windows write it.
 */
export const encodingOf = (sample: Buffer, told?: Encoding): Encoding => {
  const mark = sample.toString('hex', 0, 3);
  const marked = marks.find(([bytes]) => mark.startsWith(bytes));
  if (marked) return marked[1];
  if (told) return told;
  const head = sample.subarray(0, 1_000);
  const zeros = [0, 1].map((odd) => head.filter((byte, i) => byte === 0 && i % 2 === odd).length);
  if (Math.max(...zeros) > head.length / 4) return (zeros[0] ?? 0) > (zeros[1] ?? 0) ? 'utf-16be' : 'utf-16le';
  return isUtf8(withoutTail(sample)) || hasUtf8Letters(sample) ? 'utf-8' : 'windows-1252';
};

/** A sample may end within a character. */
const withoutTail = (sample: Buffer): Buffer => {
  let end = sample.length;
  while (end > Math.max(0, sample.length - 4) && (sample[end - 1] ?? 0) >= 0x80) end -= 1;
  return sample.subarray(0, end);
};

/** Two bytes of one letter: hardly ever a text in Windows-1252, where they are such as `Ã¼`. */
const hasUtf8Letters = (sample: Buffer): boolean => /[\u00c2-\u00f4][\u0080-\u00bf]/.test(sample.toString('latin1'));

/** The same text in UTF-8, without its byte order mark. */
export async function* toUtf8(pieces: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* pieces;
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}
