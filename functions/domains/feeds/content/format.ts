import { FeedError } from './feed-error.ts';

export const feedFormats = ['json', 'xml', 'csv'] as const;
export type FeedFormat = (typeof feedFormats)[number];

const SAMPLE = 4_000;

const signatures: readonly (readonly [start: string, name: string])[] = [
  ['504b0304', 'a ZIP file or a workbook'],
  ['d0cf11e0a1b11ae1', 'an Excel 97-2003 workbook'],
  ['25504446', 'a PDF'],
  ['89504e47', 'an image'],
  ['ffd8ff', 'an image'],
  ['28b52ffd', 'a file that is compressed with Zstandard'],
  ['425a68', 'a file that is compressed with bzip2'],
  ['377abcaf271c', 'a 7z archive'],
];

/**
 * Detects the format of a feed by its content, since servers often send a wrong `content-type`. Throws if it is none, or
 * not the declared one.
 */
export const formatOf = (head: Buffer, declared?: FeedFormat): FeedFormat => {
  const hex = head.toString('hex', 0, 8);
  const [, other] = signatures.find(([start]) => hex.startsWith(start)) ?? [];
  if (other !== undefined) throw new FeedError(`The feed is ${other}. ${EXPECTED}`);
  const text = textOf(head);
  if (text === '') throw new FeedError(`The feed is empty. ${EXPECTED}`);
  if (/^(<!--.{0,500}?-->\s*)?<(!doctype html|html|head|body|script|meta)\b/is.test(text))
    throw new FeedError('The feed is an HTML page, perhaps an error page or a login. Check its URL in a browser.');
  const found = formatOfText(text);
  if (found === undefined) throw new FeedError(`The feed is not JSON, XML or CSV. ${EXPECTED}`);
  if (declared !== undefined && declared !== found)
    throw new FeedError(
      `The feed is ${found.toUpperCase()}, but its format is set to ${declared}. Change one of them.`,
    );
  return found;
};

const EXPECTED = 'Provide JSON, XML or CSV.';

const formatOfText = (text: string): FeedFormat | undefined => {
  if (text.startsWith('<')) return 'xml';
  if (/^[{[]/.test(text)) return 'json';
  const [header = ''] = text.split(/\r\n|\n|\r/, 1);
  return /[,;\t|]/.test(header) ? 'csv' : undefined;
};

/** UTF-16 has a zero byte in each ASCII character. */
const textOf = (head: Buffer): string =>
  head
    .subarray(0, SAMPLE)
    .toString('utf8')
    .replaceAll('\0', '')
    .replace(/^[\u{FEFF}\u{FFFD}]+/u, '')
    .trimStart();
