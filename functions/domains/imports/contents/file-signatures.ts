const AS_CSV = "Save it as 'CSV UTF-8', and drop that";

/** Explains how to export a workbook as CSV. */
export const workbookReason = (program: string): string =>
  `This is ${program}, and no CSV file. Open it, choose "Save as" or "Export" and 'CSV UTF-8 (comma delimited)' for the sheet that is to be imported, and drop that file.`;

/** The first bytes of other file formats, in hexadecimal. */
const signatures: readonly (readonly [start: string, reason: string])[] = [
  ['d0cf11e0a1b11ae1', workbookReason('an Excel workbook of the old kind (.xls)')],
  ['25504446', 'This is a PDF, and no CSV file. Export the table itself as CSV from where the PDF was made.'],
  ['89504e470d0a1a0a', 'This is a picture (PNG), and no CSV file.'],
  ['ffd8ff', 'This is a picture (JPEG), and no CSV file.'],
  ['47494638', 'This is a picture (GIF), and no CSV file.'],
  ['53514c69746520666f726d6174203300', `This is an SQLite database, and no CSV file. Export its table as CSV.`],
  ['50415231', 'This is a Parquet file, and no CSV file. Write it as CSV.'],
  ['4f626a01', 'This is an Avro file, and no CSV file. Write it as CSV.'],
  ['377abcaf271c', 'This is a 7z archive. Pack the CSV file with gzip or ZIP, or drop it unpacked.'],
  ['526172211a07', 'This is a RAR archive. Pack the CSV file with gzip or ZIP, or drop it unpacked.'],
  ['425a68', 'This is packed with bzip2. Pack the CSV file with gzip or ZIP, or drop it unpacked.'],
  ['28b52ffd', 'This is packed with Zstandard. Pack the CSV file with gzip or ZIP, or drop it unpacked.'],
  ['fd377a585a00', 'This is packed with xz. Pack the CSV file with gzip or ZIP, or drop it unpacked.'],
  ['1f8b', 'What is in the archive is packed once more. Pack the CSV file once.'],
  ['504b0304', 'What is in the archive is a ZIP or a workbook. Pack the CSV file itself.'],
  ['62706c697374', 'This is a property list of macOS, and no CSV file.'],
];

/** The beginnings of texts that are not tables. */
const beginnings: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^(<!--.{0,500}?-->\s*)?<(!doctype html|html|head|body|table|meta|script)\b/is,
    `This is an HTML page, and no CSV file: what was downloaded may be an error or a login page, or a table that a program calls Excel. If it opens in a spreadsheet, save it there as 'CSV UTF-8', and drop that.`,
  ],
  [/^<\?xml\b|^<[a-z][\w:-]*(\s[^<>]*)?>\s*</i, `This is XML, and no CSV file. ${AS_CSV}.`],
  [/^\{\s*["}]|^\[\s*[{[]/, 'This is JSON, and no CSV file. Send it to the API, or write it as CSV.'],
  [/^\{\\rtf/, `This is a text of a word processor (RTF), and no CSV file. ${AS_CSV}.`],
  [/^BEGIN:VCARD/i, 'These are vCards, and no CSV file. Export the contacts as CSV.'],
  [/^BEGIN:VCALENDAR/i, 'This is a calendar, and no CSV file.'],
  [
    /^(INSERT INTO|CREATE TABLE|-- MySQL dump|-- PostgreSQL)\b/i,
    'This is SQL, and no CSV file. Export the table as CSV.',
  ],
  [
    /^version https:\/\/git-lfs\.github\.com/,
    'This is a pointer of Git LFS, and not the file itself. Fetch it with git lfs pull, and drop that.',
  ],
];

/** Returns the reason if the bytes are certainly another format. */
export const otherFormatOfBytes = (head: Buffer): string | undefined => {
  const start = head.toString('hex', 0, 16);
  return signatures.find(([signature]) => start.startsWith(signature))?.[1];
};

const LOOKED_AT = 4_000;

/** The same for a text in UTF-8. */
export const otherFormatOfText = (head: Buffer): string | undefined => {
  const text = head
    .toString('utf8', 0, LOOKED_AT)
    .replace(/^\u{FEFF}+/u, '')
    .trimStart();
  return beginnings.find(([pattern]) => pattern.test(text))?.[1];
};

/** Recognizes a workbook by its entries, since workbooks are ZIP archives. */
export const workbookInArchive = (names: readonly string[]): string | undefined => {
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^xl\//)) return workbookReason('an Excel workbook (.xlsx)');
  if (has(/^word\//))
    return `This is a document of Word, and no CSV file. Copy its table into a spreadsheet. ${AS_CSV}.`;
  if (has(/^Index\/.*\.iwa$/)) return workbookReason('a document of Numbers');
  if (has(/^mimetype$/) && has(/^content\.xml$/)) return workbookReason('an OpenDocument spreadsheet (.ods)');
  return undefined;
};
