import type { Part } from '../columns/headers.ts';
import { plainCode, plainDigits } from '../csv/formulas.ts';

/** Fields that are codes, not words. */
const codes: ReadonlySet<Part> = new Set(['external_id', 'phone_number', 'zip']);

/** The text of a profile field, without the quote that exports put before digits for spreadsheets. */
export const textOfPart = (part: Part, cell: string): string => (codes.has(part) ? plainCode(cell) : plainDigits(cell));
