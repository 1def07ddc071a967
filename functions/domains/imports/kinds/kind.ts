import type { Application, Deps, ParsedUnit } from '../apply/application.ts';
import type { DateOrders } from '../columns/date-order.ts';
import type { Mapping } from '../columns/mapping.ts';
import type { MappingError } from '../columns/mapping-error.ts';
import type { FileReader, ParsedRow } from '../rows/parsed-row.ts';
import type { FileRules } from '../rows/rules.ts';
import type { Change, Window } from './change.ts';

const OF_PRODUCTS = 'It applies to files of products. Remove it.';
/** Members of a mapping that only files of products have. */
export const ofProducts = { whole: OF_PRODUCTS, max_missing_percent: OF_PRODUCTS };

/** What is known about a file besides its headers. */
export interface FileOptions {
  /** What it is called. */
  readonly file: string;
  /** The same without its ending. Blank where it names a person. */
  readonly title: string;
  readonly mapping: Mapping;
  readonly dates?: DateOrders | undefined;
  readonly rules?: FileRules | undefined;
  /** When its import began. */
  readonly until?: string | undefined;
}

/** The effect of a row, as found by a dry run. */
export interface RowEffect {
  readonly storesEvent: boolean;
  readonly makesProfile: boolean;
}

export interface EventChange {
  readonly metric: string;
  readonly time: string;
  readonly uniqueId?: string;
  readonly value?: number;
  readonly currency?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Whether a row would create a profile or an event, and the event if it would store one. */
export interface ChangeDescription {
  readonly isNew: boolean;
  readonly event?: EventChange;
}

/**
 * How files of one kind are read and described. Methods, so that a kind is one of any: the rows that it gets are those
 * that it has read.
 */
export interface ImportKind<Parsed extends ParsedRow = ParsedRow> {
  /** Members of a mapping that have no effect on this kind, each with advice. */
  readonly unusedMembers: Partial<Readonly<Record<keyof Mapping, string>>>;
  /** Whether an import recognizes rows of earlier imports. */
  readonly tracksRepeats: boolean;
  /** The columns that tell each field, the one that is read first. */
  fields(headers: readonly string[], mapping: Mapping): ReadonlyMap<string, readonly number[]>;
  /** What a mapping says in vain of a file with such headers. */
  findUnused(headers: readonly string[], mapping: Mapping): readonly MappingError[];
  /** Opens the reader of a file's rows, which says in which order they have to be applied. */
  read(headers: readonly string[], options: FileOptions): FileReader<Parsed>;
  describeChange(row: Parsed, effect: RowEffect): ChangeDescription;
  /** What a row names of that which a whole file has all of. Absent: files of this kind are never whole. */
  namesIn?(row: Parsed): readonly string[];
  /** What the writes of a dry run change, by row. Absent: they change people and their events. */
  changesIn?(window: Window<Parsed>): Change[];
}

/** Applies rows and records their results. Rows about one person are applied in the order of the file. */
export type ApplyRows<Parsed extends ParsedRow = ParsedRow> = Applier<Parsed>['apply'];

interface Applier<Parsed extends ParsedRow> {
  apply(units: readonly ParsedUnit<Parsed>[], application: Application, deps: Deps): Promise<void>;
}
