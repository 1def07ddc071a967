import type { ProfileInput } from '../../profiles/records/profile.ts';
import type { MappingError } from '../columns/mapping-error.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { Row } from './row.ts';

/** What the rows of any kind say: whose they are, what is wrong with them, and what may be. */
export interface ParsedRow {
  readonly input: ProfileInput;
  readonly problems: readonly RowProblem[];
  readonly doubts: readonly RowProblem[];
}

/** Reads the rows of one file. */
export interface FileReader<Parsed extends ParsedRow = ParsedRow> {
  /** Why no row of such a file can be read. */
  readonly errors: readonly MappingError[];
  /** Reads the rows of one unit. Absent where there are errors. */
  readonly read?: (rows: readonly Pick<Row, 'cells'>[]) => Parsed;
  /** What rows of one unit share, where several rows make one. */
  readonly groupOf?: ((row: Pick<Row, 'cells'>) => string | undefined) | undefined;
  /** Rows about one person have to be applied in the order of the file. */
  readonly isOrdered: boolean;
}
