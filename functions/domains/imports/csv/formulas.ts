/** OWASP's: those of East Asian width are formulas too where such are typed. */
const GUARDED = /^'+[=+\-@\t\r\n\0＝＋－＠]/;
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;
const NUMBER = /^-\d+([.,]\d+)?$/;

/**
 * A spreadsheet may split a cell at another separator than the file's: Excel goes by the region, which in Germany has `;`.
 * It then ignores quotes within a field, so a formula may begin after any separator or line break of a cell. Quotes and
 * zero bytes before the formula do not hide it. A comma counts only where it does not separate the file's own fields:
 * in a comma-separated file, a program that splits at commas also respects the quotes around the cell.
 */
const inner = (separators: string) => ({
  formula: new RegExp(`(?<=[${separators}])(?=["'\\0]*[=+\\-@＝＋－＠])`, 'g'),
  guard: new RegExp(`(?<=[${separators}])'(?=["'\\0]*[=+\\-@＝＋－＠])`, 'g'),
});
const inCommaFile = inner(';|\\t\\r\\n');
const inOtherFile = inner(',;|\\t\\r\\n');
const innerOf = (delimiter: string) => (delimiter === ',' ? inCommaFile : inOtherFile);

/** A cell in which no spreadsheet finds a formula: OWASP's quote before each one. `fromCell` removes the quotes. */
export const toCell = (value: string, delimiter = ','): string => {
  const guarded = value.replaceAll(innerOf(delimiter).formula, "'");
  return GUARDED.test(guarded) || (FORMULA.test(guarded) && !NUMBER.test(guarded)) ? `'${guarded}` : guarded;
};

/** The value of a cell that `toCell` wrote. */
export const fromCell = (cell: string, delimiter = ','): string => withoutGuard(withoutInnerGuards(cell, delimiter));

/** The value of anybody's cell. Exports of Shopify, like our reports, put a quote before what might be a formula: `'+49301234`. */
export const withoutFirstGuard = (cell: string): string => {
  const value = withoutGuard(cell);
  return value[0] === '=' ? (AS_TEXT.exec(value)?.[1] ?? value) : value;
};

const withoutGuard = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);

/** A formula that is a text: `="00123"`, by which exports keep a spreadsheet from reading a number. */
const AS_TEXT = /^="([^"]*)"$/;

/** Only for files that we wrote: elsewhere a quote within a cell belongs to its value. */
export const withoutInnerGuards = (cell: string, delimiter: string): string =>
  cell.replaceAll(innerOf(delimiter).guard, '');

/** Shopify writes long ids and zips as '01001 so that spreadsheets keep them. */
export const plainDigits = (text: string): string => text.replace(/^'(?=\d+$)/, '');

/** The same of an id, a number or a zip, which may hold letters: 'EC1A 1BB. No such value begins with a quote. */
export const plainCode = (text: string): string => (text.endsWith("'") ? text : text.replace(/^'/, ''));
