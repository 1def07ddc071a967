import { isUtf8 } from 'node:buffer';
import { fromCodePage850 } from './code-page-850.ts';
import { type Encoding, hasDoubleBytes } from './encodings.ts';
import { legacyEncoding } from './legacy.ts';

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
  /** Whether these bytes are the whole text. */
  readonly isWhole: boolean;
}

interface EncodingGuess {
  /** Undefined if the text is not valid in any encoding that can be detected. */
  readonly encoding?: Encoding | undefined;
  /** The number of ambiguous characters in the sample. */
  readonly ambiguous: number;
}

/**
 * Detects the encoding of a text: by its byte order mark, else as declared, else from its beginning. It is UTF-8 if
 * most non-ASCII characters are, otherwise a legacy encoding.
 */
export const recognizeEncoding = ({ head: sample, isWhole }: Beginning, declared?: Encoding): EncodingGuess => {
  const [, marked] = markOf(sample) ?? [];
  if (marked ?? declared) return { encoding: marked ?? declared, ambiguous: 0 };
  const wide = utf16In(sample);
  if (wide) return { encoding: wide, ambiguous: 0 };
  if (isUtf8(sample)) return { encoding: 'utf-8', ambiguous: sample.toString().match(DOUBTFUL)?.length ?? 0 };
  const { letters, strays } = countUtf8(sample, isWhole);
  if (letters >= strays) return { encoding: 'utf-8', ambiguous: 0 };
  return { encoding: legacyEncoding(sample, isWhole), ambiguous: letters };
};

export const encodingOf = (beginning: Beginning, declared?: Encoding): Encoding =>
  recognizeEncoding(beginning, declared).encoding ?? 'windows-1252';

/**
 * Control characters and letters that are hardly ever used: É» in Windows-1252 is one phonetic letter in UTF-8.
 * Excludes letters of Romanian, Vietnamese, Pinyin and Azerbaijani.
 */
const DOUBTFUL = /(?![ƏƒƠơƯưǍ-ǜȘ-țə])[\u0080-\u009f\u0180-\u02ff]/g;

/** In UTF-16, each ASCII character has a zero byte, always on the same side. Zeros on both sides are padding. */
const utf16In = (sample: Buffer): Encoding | undefined => {
  const head = sample.subarray(0, 2_000);
  const [even = 0, odd = 0] = [0, 1].map((at) => head.filter((byte, i) => byte === 0 && i % 2 === at).length);
  const [most, least] = [Math.max(even, odd), Math.min(even, odd)];
  if (most === 0 || least >= most / 4) return undefined;
  const encoding = even > odd ? 'utf-16be' : 'utf-16le';
  if (most > head.length / 4) return encoding;
  // In other scripts, only separators and line breaks have a zero byte.
  const text = new TextDecoder(encoding).decode(head.subarray(0, head.length & ~1));
  const isText = text.includes('\n') && text.search(NO_TEXT) === -1;
  return isText && most > head.length / 40 ? encoding : undefined;
};

const NO_TEXT = /(?![\t\n\v\f\r])[\p{Cc}\p{Cn}\p{Co}\u{FFFD}]/u;

/**
 * Counts non-ASCII characters in UTF-8, and bytes that belong to none. An accented letter of Windows-1252 before `’`,
 * `»` or a non-breaking space looks like a character of two bytes, but longer ones are hardly ever accidental.
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

/** The length in bytes of a character with this first byte, or 0 if there is none. */
const lengthOf = (byte: number): number => {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
};

/** Decodes a whole text in the encoding that is detected. */
export const textOf = (bytes: Buffer): string => {
  const encoding = encodingOf({ head: bytes, isWhole: true });
  const text = encoding === 'ibm850' ? fromCodePage850(bytes) : new TextDecoder(encoding).decode(bytes);
  return text.replace(/^\u{FEFF}+/u, '');
};

/** The result of decoding bytes that a legacy encoding does not define. */
const CONTROLS = /[\u0080-\u009f]/g;

/** Converts a text to UTF-8, without its byte order mark. After the beginning, the mark is an ordinary character. */
export async function* toUtf8(
  pieces: AsyncIterable<Buffer>,
  encoding: Encoding,
  { isBehind = false }: { readonly isBehind?: boolean } = {},
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* pieces;
    return;
  }
  if (encoding === 'ibm850') {
    for await (const piece of pieces) yield Buffer.from(fromCodePage850(piece));
    return;
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: isBehind });
  const isUnicode = encoding === 'utf-16le' || encoding === 'utf-16be';
  for await (const piece of pieces) {
    const decoded = decoder.decode(piece, { stream: true });
    // Undefined bytes fail their rows, as in other encodings.
    const text = isUnicode ? decoded : decoded.replaceAll(CONTROLS, '\u{FFFD}');
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/** The length of the byte order mark of a text, which is left out in UTF-8. */
export const markBytes = (sample: Buffer, encoding: Encoding): number =>
  encoding === 'utf-8' ? 0 : (markOf(sample)?.[0].length ?? 0) / 2;

/**
 * The size of a UTF-8 text in another, stateless encoding. A byte that cannot be decoded is one character in UTF-8.
 * Undefined if the size does not follow from the text.
 */
export const bytesIn = (text: Buffer, encoding: Encoding): number | undefined => {
  if (encoding === 'utf-8') return text.length;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 2 * unitsIn(text);
  return hasDoubleBytes(encoding) ? undefined : unitsIn(text);
};

/** The number of UTF-16 units: two for characters of four bytes, one for all others. */
const unitsIn = (text: Buffer): number => {
  let units = 0;
  for (const byte of text) {
    if (byte < 0x80 || byte >= 0xc0) units += byte < 0xf0 ? 1 : 2;
  }
  return units;
};
