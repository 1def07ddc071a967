import { fromCodePage850 } from './code-page-850.ts';
import type { Encoding } from './encodings.ts';

/** In the order of how often files are written so. */
const candidates = [
  'windows-1252',
  'windows-1251',
  'windows-1253',
  'ibm850',
  'macintosh',
  'windows-1250',
  'shift_jis',
] as const satisfies readonly Encoding[];

/** Lines with letters beyond ASCII that are looked at. */
const JUDGED_BYTES = 64 * 1024;

/** A character that is in no text, and one that the encoding has not. */
const IMPOSSIBLE = /[\u0080-\u009f\u{FFFD}\p{Co}\u2500-\u259f]/u;
const LETTER = /[\p{L}\p{M}]/u;
/** Letters by Unicode, which stand for no sound of a word. */
const SIGN = /[ªºƒ]/;
/** Of phonetics, which É» and the like of Windows-1252 are in UTF-8. */
const PHONETIC = /[\u0250-\u02af]/;
const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;
const LATIN = /\p{Script=Latin}/u;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Signs that stand within words. */
const JOINING = /[’‘´·\u00ad\u00a0]/;
const DASH = /[–—]/;
const MARK = /[™®©]/;
const COMMON =
  /[éèêàâäöüßñçåøæóíáúãôÉÄÖÜłąęśćżźńřščžýěůоеаинтсрвлαοιετσνρκ\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

const isWord = (character: string): boolean => LETTER.test(character) && !SIGN.test(character);

/** Whether a character beyond ASCII stands where no writer puts it: a capital or a sign within a word, or another script. */
const isStrange = (before: string, character: string, after: string): boolean => {
  const isWithin = isWord(before) && isWord(after);
  if (!isWord(character)) {
    if (/\p{Sc}/u.test(character) && isWord(after) && !/\d/.test(before)) return true;
    if (!isWithin || JOINING.test(character)) return false;
    if (DASH.test(character)) return LOWER.test(before) && LOWER.test(after);
    return MARK.test(character) ? LOWER.test(after) : true;
  }
  if (CJK.test(character)) return LATIN.test(before) && LATIN.test(after);
  const isLatin = LATIN.test(character);
  if ([before, after].some((one) => isWord(one) && LATIN.test(one) !== isLatin && !CJK.test(one))) return true;
  if (PHONETIC.test(character)) return true;
  if (UPPER.test(character)) return LOWER.test(before) || (UPPER.test(before) && LOWER.test(after));
  return LOWER.test(character) && character !== 'ß' && UPPER.test(before) && UPPER.test(after);
};

/** No language of Latin letters has as many with marks in a row: they are Cyrillic, Greek or other letters. */
const RUN = /(?:(?![a-zªº])\p{Script=Latin}){4,}/giu;

/** How much speaks against a text being what somebody wrote. */
const strangeness = (text: string): number => {
  let strange = 0;
  for (const { 0: found, index } of text.matchAll(/[^\p{ASCII}]/gu)) {
    if (IMPOSSIBLE.test(found)) strange += 5;
    else if (isStrange(text[index - 1] ?? '', found, text[index + found.length] ?? '')) strange += 1;
  }
  for (const [run] of text.matchAll(RUN)) strange += run.length;
  return strange;
};

const tryDecode = (bytes: Buffer, encoding: (typeof candidates)[number]): string | undefined => {
  if (encoding === 'ibm850') return fromCodePage850(bytes);
  try {
    return new TextDecoder(encoding, { fatal: encoding === 'shift_jis' }).decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * Which of the encodings from before Unicode a text is in, or undefined where it makes no sense in any. Windows-1252
 * unless something speaks against it, such as a byte that it has no letter for.
 */
export const legacyEncoding = (sample: Buffer, isWhole: boolean): Encoding | undefined => {
  const bytes = linesToJudge(sample, isWhole);
  const judged = candidates.flatMap((encoding) => {
    const text = tryDecode(bytes, encoding);
    if (text === undefined) return [];
    return [{ encoding, strange: strangeness(text), common: text.match(COMMON)?.length ?? 0 }];
  });
  const [usual] = judged;
  if (!usual || usual.strange === 0) return usual?.encoding;
  const [best = usual] = judged.toSorted((a, b) => a.strange - b.strange || b.common - a.common);
  const letters = bytes.filter((byte) => byte >= 0x80).length;
  const isFew = (strange: number): boolean => strange * 4 <= letters;
  if (best.strange * 2 <= usual.strange && isFew(best.strange) && best.common * 3 >= letters) return best.encoding;
  const isPossible = tryDecode(bytes, usual.encoding)?.search(IMPOSSIBLE) === -1;
  return isPossible && (usual.strange < 3 || isFew(usual.strange)) ? usual.encoding : undefined;
};

/** The first lines that have letters beyond ASCII. One that the sample cuts off may end within a letter. */
const linesToJudge = (sample: Buffer, isWhole: boolean): Buffer => {
  const lines: Buffer[] = [];
  for (let at = 0, length = 0; at < sample.length && length < JUDGED_BYTES; ) {
    const found = sample.indexOf(10, at);
    const end = found === -1 ? sample.length : found + 1;
    const line = sample.subarray(at, end);
    at = end;
    if ((found === -1 && !isWhole && lines.length > 0) || !line.some((byte) => byte >= 0x80)) continue;
    lines.push(line);
    length += line.length;
  }
  return Buffer.concat(lines);
};
