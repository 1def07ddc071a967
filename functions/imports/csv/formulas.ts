/** OWASP's: those of East Asian width are formulas too where such are typed. */
const GUARDED = /^'+[=+\-@\t\r\n\0＝＋－＠]/;
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;
const NUMBER = /^-\d+([.,]\d+)?$/;

/** A cell that no spreadsheet takes for a formula: OWASP's quote before it. `fromCell` takes it away again. */
export const toCell = (value: string): string =>
  GUARDED.test(value) || (FORMULA.test(value) && !NUMBER.test(value)) ? `'${value}` : value;

/** What a cell says. Exports of Shopify and our own reports put a quote before what might be a formula: `'+49301234`. */
export const fromCell = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);

/** Shopify writes long ids and zips as '01001 so that spreadsheets keep them. */
export const plainDigits = (text: string): string => text.replace(/^'(?=\d+$)/, '');
