import type { Context } from '../../accounts/context.ts';
import type { ParsedRow } from '../rows/parsed-row.ts';
import type { Unit } from '../rows/units.ts';
import type { ApplyResult } from './outcome.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'> &
  Partial<Pick<Context, 'accountSettings'>>;

/** The import of the rows. */
export interface Import {
  readonly id: string;
  readonly key: string;
  readonly createdAt: string;
  readonly layout?: { readonly list?: string | undefined } | undefined;
}

/** Some rows of one chunk that are applied together. */
export interface Application {
  readonly job: Import;
  /** Rows of the chunk up to here are processed. */
  readonly processed: number;
  /** The imports of the same rows by which a row was applied. */
  readonly repeats: (row: number) => readonly string[];
  /** When the chunk began, if an earlier run may have applied these rows. */
  readonly repeatsSince?: string | undefined;
  /** Records the results of units. Awaited before further rows about the same people are applied. */
  readonly record: (done: readonly (readonly [Unit, ApplyResult])[]) => Promise<void>;
}

/** A unit whose rows have been parsed without problems. */
export type ParsedUnit<Parsed extends ParsedRow = ParsedRow> = Unit<Parsed> & { readonly parsed: Parsed };

export const isParsed = (unit: Unit): unit is ParsedUnit => unit.parsed !== undefined;

/** The number of its first row. */
export const numberOf = ({ rows }: Unit): number => rows[0]?.number ?? 0;
