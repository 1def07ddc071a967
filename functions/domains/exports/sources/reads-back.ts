import { isDeepStrictEqual } from 'node:util';
import { exportColumns } from '../../imports/columns/export-columns.ts';
import { comparable } from '../../imports/columns/headers.ts';
import { toCell, withoutFirstGuard } from '../../imports/csv/formulas.ts';
import type { ImportKind } from '../../imports/kinds/kind.ts';
import type { ParsedRow } from '../../imports/rows/parsed-row.ts';

/** A row of either kind, as an import reads it. */
interface ReadRow extends ParsedRow {
  readonly properties?: unknown;
  readonly consents?: readonly unknown[];
  readonly suppressions?: readonly unknown[];
}

const WORD = 'x';

/**
 * Whether an import reads a column of this name as the property of this name, and as nothing else. Asked of the reader
 * itself, since it knows the names of many systems' columns.
 */
export const readsPropertyBack = <Parsed extends ParsedRow>(
  kind: ImportKind<Parsed>,
  columns: readonly string[],
  usual: Readonly<Record<string, string>>,
): ((name: string) => boolean) => {
  const taken = new Set(columns.map(comparable));
  const cells = columns.map((column) => usual[column] ?? '');
  const known = new Map<string, boolean>();
  const isRead = (name: string): boolean => {
    if (taken.has(comparable(name)) || toCell(name) !== name || withoutFirstGuard(name) !== name) return false;
    const headers = [...columns, name, exportColumns.properties];
    const { errors, read } = kind.read(headers, { file: 'export.csv', title: '', mapping: {} });
    const row: ReadRow | undefined = errors.length === 0 ? read?.([{ cells: [...cells, WORD, ''] }]) : undefined;
    if (!row || row.problems.length + (row.consents?.length ?? 0) + (row.suppressions?.length ?? 0) > 0) return false;
    return isDeepStrictEqual({ ...(row.properties ?? row.input.properties ?? {}) }, { [name]: WORD });
  };
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= MAX_KNOWN) known.clear();
    const result = isRead(name);
    known.set(name, result);
    return result;
  };
};

const MAX_KNOWN = 2_000;
