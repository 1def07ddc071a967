const AS_CSV = "Save it as 'CSV UTF-8', and upload that file";

/** Explains how to export a workbook as CSV. */
export const workbookReason = (program: string): string =>
  `The file is ${program}, not CSV. Open it, save or export the sheet as 'CSV UTF-8 (comma delimited)', and upload that file.`;

/** The first bytes of other file formats, in hexadecimal. */
const signatures: readonly (readonly [start: string, reason: string])[] = [
  ['d0cf11e0a1b11ae1', workbookReason('an Excel 97-2003 workbook (.xls)')],
  ['25504446', 'The file is a PDF, not CSV. Export the table as CSV from the program that made the PDF.'],
  ['89504e470d0a1a0a', 'The file is an image (PNG), not CSV.'],
  ['ffd8ff', 'The file is an image (JPEG), not CSV.'],
  ['47494638', 'The file is an image (GIF), not CSV.'],
  ['53514c69746520666f726d6174203300', 'The file is an SQLite database, not CSV. Export its table as CSV.'],
  ['50415231', 'The file is Parquet, not CSV. Convert it to CSV.'],
  ['4f626a01', 'The file is Avro, not CSV. Convert it to CSV.'],
  ['377abcaf271c', 'The file is a 7z archive. Compress the CSV file with gzip or ZIP, or upload it uncompressed.'],
  ['526172211a07', 'The file is a RAR archive. Compress the CSV file with gzip or ZIP, or upload it uncompressed.'],
  ['425a68', 'The file is compressed with bzip2. Compress the CSV file with gzip or ZIP, or upload it uncompressed.'],
  [
    '28b52ffd',
    'The file is compressed with Zstandard. Compress the CSV file with gzip or ZIP, or upload it uncompressed.',
  ],
  [
    'fd377a585a00',
    'The file is compressed with xz. Compress the CSV file with gzip or ZIP, or upload it uncompressed.',
  ],
  ['1f8b', 'The archive contains another archive. Compress the CSV file once.'],
  ['504b0304', 'The archive contains a ZIP file or a workbook. Compress the CSV file itself.'],
  ['62706c697374', 'The file is a property list of macOS, not CSV.'],
];

/** The beginnings of texts that are not tables. */
const beginnings: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^(<!--.{0,500}?-->\s*)?<(!doctype html|html|head|body|table|meta|script)\b/is,
    `The file is an HTML page, not CSV. It may be an error page, a login page, or a table that a program exports as Excel. If it opens in a spreadsheet, save it there as 'CSV UTF-8', and upload that file.`,
  ],
  [/^<\?xml\b|^<[a-z][\w:-]*(\s[^<>]*)?>\s*</i, `The file is XML, not CSV. ${AS_CSV}.`],
  [/^\{\s*["}]|^\[\s*[{[]/, 'The file is JSON, not CSV. Send it to the API, or convert it to CSV.'],
  [/^\{\\rtf/, `The file is a text document (RTF), not CSV. ${AS_CSV}.`],
  [/^BEGIN:VCARD/i, 'The file has vCards, not CSV. Export the contacts as CSV.'],
  [/^BEGIN:VCALENDAR/i, 'The file is a calendar, not CSV.'],
  [/^(INSERT INTO|CREATE TABLE|-- MySQL dump|-- PostgreSQL)\b/i, 'The file is SQL, not CSV. Export the table as CSV.'],
  [
    /^version https:\/\/git-lfs\.github\.com/,
    'The file is a Git LFS pointer. Get the file itself with git lfs pull, and upload that.',
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
  if (has(/^word\//)) return `The file is a Word document, not CSV. Copy its table into a spreadsheet. ${AS_CSV}.`;
  if (has(/^Index\/.*\.iwa$/)) return workbookReason('a Numbers document');
  if (has(/^mimetype$/) && has(/^content\.xml$/)) return workbookReason('an OpenDocument spreadsheet (.ods)');
  return undefined;
};
