import { isDeepStrictEqual } from 'node:util';
import { toValue } from '../../imports/cells/values.ts';
import { toCell, withoutFirstGuard, withoutInnerGuards } from '../../imports/csv/formulas.ts';
import { MAX_CELL_BYTES } from '../../imports/rows/row.ts';

/** The text of a property in its own column, if an import reads the same value from it. */
export const cellOf = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || UNREADABLE.test(text) || Buffer.byteLength(text) > MAX_CELL_BYTES) return undefined;
  return isDeepStrictEqual(toValue(asImported(text)), value) ? text : undefined;
};

/** Control characters, which fail a row, and a lone surrogate, which UTF-8 does not have. */
const UNREADABLE = /(?![\t\n\v\f\r])\p{Cc}|\p{Cs}|\uFFFD/u;

/** The text of a cell as an import gets it. */
const asImported = (text: string): string => withoutFirstGuard(withoutInnerGuards(toCell(text), ','));
