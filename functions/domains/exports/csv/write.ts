import * as v from 'valibot';
import type { Item } from '../../../platform/table/entity.ts';
import { exportColumns } from '../../imports/columns/export-columns.ts';
import { recordOf } from '../../imports/csv/fields.ts';
import { toCell } from '../../imports/csv/formulas.ts';
import { MAX_RECORD_BYTES } from '../../imports/csv/records.ts';
import type { Source } from '../sources/source.ts';
import { cellOf } from './property-cell.ts';

/** By this mark, spreadsheet programs recognize UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

const Properties = v.fallback(v.record(v.string(), v.unknown()), {});

/** Writes records as rows that an import reads unchanged, and in which no spreadsheet finds a formula. */
export const csvWriter = ({ columns: fixed, toRow }: Pick<Source, 'columns' | 'toRow'>, columns: readonly string[]) => {
  const sorted = columns.toSorted();
  const all = [...fixed, ...sorted, exportColumns.properties];
  return {
    header: BYTE_ORDER_MARK + recordOf(all, ','),

    /** Undefined if an import could not read the row. */
    rowOf: (record: Item): string | undefined => {
      const row = toRow(record);
      if (!row) return undefined;
      const further = { ...v.parse(Properties, row.properties) };
      const own = sorted.map((name) => {
        const text = Object.hasOwn(further, name) ? cellOf(further[name]) : undefined;
        if (text === undefined) return '';
        delete further[name];
        return text;
      });
      const cells = [...fixed.map((column) => row.cells[column] ?? ''), ...own, jsonCell(further)];
      const text = recordOf(
        cells.map((cell) => toCell(cell)),
        ',',
      );
      return Buffer.byteLength(text) > MAX_RECORD_BYTES ? undefined : text;
    },
  };
};

/** JSON without the characters that fail a row. */
const jsonCell = (further: object): string =>
  Object.keys(further).length === 0
    ? ''
    : JSON.stringify(further).replaceAll(
        /[\u007f-\u009f\uFFFD]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
