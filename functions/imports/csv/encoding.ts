import { isUtf8 } from 'node:buffer';

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

const marks: readonly (readonly [string, Encoding])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

const markOf = (sample: Buffer) => {
  const start = sample.toString('hex', 0, 3);
  return marks.find(([mark]) => start.startsWith(mark));
};

/**
 * How a text is encoded: by its byte order mark, which is never wrong; else as it is `told`; else judged by its beginning.
 * UTF-16 has a zero in every other byte, and what has letters beyond ASCII none of which is UTF-8 is taken for
 * Windows-1252, as programs of Windows write it.
 */
export const encodingOf = (sample: Buffer, told?: Encoding): Encoding => {
  const [, marked] = markOf(sample) ?? [];
  if (marked) return marked;
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

/** The same text in UTF-8, without its byte order mark. Behind its beginning there is none, but a letter that looks so. */
export async function* toUtf8(
  pieces: AsyncIterable<Buffer>,
  encoding: Encoding,
  { isBehind = false }: { readonly isBehind?: boolean } = {},
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* pieces;
    return;
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: isBehind });
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/** Of the text that begins with `sample`, where that is left out of the text in UTF-8. */
export const markBytes = (sample: Buffer, encoding: Encoding): number =>
  encoding === 'utf-8' ? 0 : (markOf(sample)?.[0].length ?? 0) / 2;

/** How many bytes whole letters in UTF-8 have in another encoding, which has no state: what can't be read there is one letter here. */
export const bytesIn = (text: Buffer, encoding: Encoding): number => {
  switch (encoding) {
    case 'utf-8':
      return text.length;
    case 'windows-1252':
      return unitsIn(text);
    case 'utf-16le':
    case 'utf-16be':
      return 2 * unitsIn(text);
  }
};

/** Units of UTF-16: one for each letter, two for one of four bytes. */
const unitsIn = (text: Buffer): number => {
  let units = 0;
  for (const byte of text) {
    if (byte < 0x80 || byte >= 0xc0) units += byte < 0xf0 ? 1 : 2;
  }
  return units;
};
