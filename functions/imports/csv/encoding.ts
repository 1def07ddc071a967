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

/** The first bytes of a text. */
interface Beginning {
  readonly head: Buffer;
  /** Whether there is nothing behind them. */
  readonly isWhole: boolean;
}

/**
 * How a text is encoded: by its byte order mark, which is never wrong; else as it is `told`; else judged by its beginning.
 * UTF-16 has a zero in every other byte. Of the letters beyond ASCII most are UTF-8, or else it is taken for
 * Windows-1252, as programs of Windows write it.
 */
export const encodingOf = ({ head: sample, isWhole }: Beginning, told?: Encoding): Encoding => {
  const [, marked] = markOf(sample) ?? [];
  if (marked) return marked;
  if (told) return told;
  const head = sample.subarray(0, 1_000);
  const [even = 0, odd = 0] = [0, 1].map((at) => head.filter((byte, i) => byte === 0 && i % 2 === at).length);
  // Zeros on both sides are padding.
  if (Math.max(even, odd) > head.length / 4 && Math.min(even, odd) < Math.max(even, odd) / 4)
    return even > odd ? 'utf-16be' : 'utf-16le';
  if (isUtf8(sample)) return 'utf-8';
  const { letters, strays } = countUtf8(sample, isWhole);
  return letters >= strays ? 'utf-8' : 'windows-1252';
};

/**
 * Letters beyond ASCII that are UTF-8, and bytes beyond ASCII that belong to none. An accented letter of Windows-1252
 * before `’`, `»` or a non-breaking space looks like the beginning of one, but a longer one needs two or three more bytes.
 */
const countUtf8 = (sample: Buffer, isWhole: boolean): { readonly letters: number; readonly strays: number } => {
  let [letters, strays] = [0, 0];
  for (let at = 0; at < sample.length; ) {
    const length = lengthOf(sample[at] ?? 0);
    if (length === 1) at += 1;
    else if (length > 1 && isUtf8(sample.subarray(at, at + length)) && at + length <= sample.length) {
      letters += 1;
      at += length;
    } else {
      // A sample may end within a letter.
      if (isWhole || length === 0 || at + length <= sample.length) strays += 1;
      at += 1;
    }
  }
  return { letters, strays };
};

/** Of the letter that begins with such a byte, in bytes; 0 where none does. */
const lengthOf = (byte: number): number => {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
};

/** Bytes that Windows-1252 has no letters for. Where one stands, the text is in another encoding. */
const UNDEFINED = /[\u0081\u008d\u008f\u0090\u009d]/g;

/** Whether a beginning has bytes that are in no text of this encoding. */
export const contradicts = ({ head }: Pick<Beginning, 'head'>, encoding: Encoding): boolean =>
  encoding === 'windows-1252' && head.toString('latin1').search(UNDEFINED) !== -1;

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
    const decoded = decoder.decode(piece, { stream: true });
    // The standard makes control characters of them. Like what can't be read elsewhere, they fail their rows.
    const text = encoding === 'windows-1252' ? decoded.replaceAll(UNDEFINED, '\u{FFFD}') : decoded;
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
