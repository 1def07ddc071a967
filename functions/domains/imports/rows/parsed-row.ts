import type { ProfileInput } from '../../profiles/records/profile.ts';
import type { MappingError } from '../columns/mapping-error.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { Row } from './row.ts';

/** A parsed row of any kind: its person, its problems and its notes. */
export interface ParsedRow {
  readonly input: ProfileInput;
  readonly problems: readonly RowProblem[];
  readonly doubts: readonly RowProblem[];
}

/** Reads the rows of one file. */
export interface FileReader<Parsed extends ParsedRow = ParsedRow> {
  /** Errors of the file, because of which no row can be read. */
  readonly errors: readonly MappingError[];
  /** Reads the rows of one unit. Absent if there are errors. */
  readonly read?: (rows: readonly Pick<Row, 'cells'>[]) => Parsed;
  /** The id that the rows of one unit share, if a unit can have several. */
  readonly groupOf?: ((row: Pick<Row, 'cells'>) => string | undefined) | undefined;
  /** Whether rows about one person must be applied in the order of the file. */
  readonly isOrdered: boolean;
}
