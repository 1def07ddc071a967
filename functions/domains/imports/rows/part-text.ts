import type { Part } from '../columns/headers.ts';
import { plainCode, plainDigits } from '../csv/formulas.ts';

/** Parts that are codes and no words. */
const codes: ReadonlySet<Part> = new Set(['external_id', 'phone_number', 'zip']);

/** What a cell says of a part of a profile, without the quote by which exports keep a spreadsheet from reading a number. */
export const textOfPart = (part: Part, cell: string): string => (codes.has(part) ? plainCode(cell) : plainDigits(cell));
