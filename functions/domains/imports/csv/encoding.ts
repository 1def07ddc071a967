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
  /** Whether there is nothing behind them. */
  readonly isWhole: boolean;
}

interface EncodingGuess {
  /** Undefined where it makes no sense in any that can be recognized. */
  readonly encoding?: Encoding | undefined;
  /** How many letters in the sample may be read in two ways. */
  readonly ambiguous: number;
}

/**
 * How a text is encoded: by its byte order mark, which is never wrong; else as it is declared; else judged by its beginning.
 * Of the letters beyond ASCII most are UTF-8, or else it is in an encoding from before Unicode.
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
 * Letters that hardly anybody writes, and control characters: É» of Windows-1252 is one letter of phonetics in UTF-8. Those
 * of Romanian, Vietnamese, Pinyin and Azerbaijani are written.
 */
const DOUBTFUL = /(?![ƏƒƠơƯưǍ-ǜȘ-țə])[\u0080-\u009f\u0180-\u02ff]/g;

/** UTF-16 has a zero in each letter of ASCII, all on one side: those on both sides are padding. */
const utf16In = (sample: Buffer): Encoding | undefined => {
  const head = sample.subarray(0, 2_000);
  const [even = 0, odd = 0] = [0, 1].map((at) => head.filter((byte, i) => byte === 0 && i % 2 === at).length);
  const [most, least] = [Math.max(even, odd), Math.min(even, odd)];
  if (most === 0 || least >= most / 4) return undefined;
  const encoding = even > odd ? 'utf-16be' : 'utf-16le';
  if (most > head.length / 4) return encoding;
  // In other scripts only separators and line breaks have one.
  const text = new TextDecoder(encoding).decode(head.subarray(0, head.length & ~1));
  const isText = text.includes('\n') && text.search(NO_TEXT) === -1;
  return isText && most > head.length / 40 ? encoding : undefined;
};

const NO_TEXT = /(?![\t\n\v\f\r])[\p{Cc}\p{Cn}\p{Co}\u{FFFD}]/u;

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

/** A whole text, however an editor saved it. */
export const textOf = (bytes: Buffer): string => {
  const encoding = encodingOf({ head: bytes, isWhole: true });
  const text = encoding === 'ibm850' ? fromCodePage850(bytes) : new TextDecoder(encoding).decode(bytes);
  return text.replace(/^\u{FEFF}+/u, '');
};

/** What decoders make of bytes that an encoding from before Unicode has no letters for. */
const CONTROLS = /[\u0080-\u009f]/g;

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
  if (encoding === 'ibm850') {
    for await (const piece of pieces) yield Buffer.from(fromCodePage850(piece));
    return;
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: isBehind });
  const isUnicode = encoding === 'utf-16le' || encoding === 'utf-16be';
  for await (const piece of pieces) {
    const decoded = decoder.decode(piece, { stream: true });
    // Like what can't be read elsewhere, they fail their rows.
    const text = isUnicode ? decoded : decoded.replaceAll(CONTROLS, '\u{FFFD}');
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/** Of the text that begins with `sample`, where that is left out of the text in UTF-8. */
export const markBytes = (sample: Buffer, encoding: Encoding): number =>
  encoding === 'utf-8' ? 0 : (markOf(sample)?.[0].length ?? 0) / 2;

/**
 * How many bytes whole letters in UTF-8 have in another encoding, which has no state: what can't be read there is one
 * letter here. Undefined where that the text does not tell.
 */
export const bytesIn = (text: Buffer, encoding: Encoding): number | undefined => {
  if (encoding === 'utf-8') return text.length;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 2 * unitsIn(text);
  return hasDoubleBytes(encoding) ? undefined : unitsIn(text);
};

/** Units of UTF-16: one for each letter, two for one of four bytes. */
const unitsIn = (text: Buffer): number => {
  let units = 0;
  for (const byte of text) {
    if (byte < 0x80 || byte >= 0xc0) units += byte < 0xf0 ? 1 : 2;
  }
  return units;
};
