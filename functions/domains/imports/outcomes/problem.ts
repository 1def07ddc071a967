import type { RowCode } from './row-codes.ts';

/** Why a row is not imported. */
export interface RowProblem {
  /** The header of the cell, if one caused the problem. */
  readonly column?: string | undefined;
  readonly code: RowCode;
  readonly message: string;
}
