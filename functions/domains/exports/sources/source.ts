import type { Services } from '../../../platform/resources/services.ts';
import type { Item } from '../../../platform/table/entity.ts';

export type SourceDeps = Pick<Services, 'table' | 'now'> & { readonly account: string };

export interface RecordPage {
  readonly records: readonly Item[];
  /** The position behind these records. Reading on from here returns the rest. */
  readonly place: string;
}

/** One record in CSV. */
export interface CsvRow {
  readonly cells: Readonly<Record<string, string | undefined>>;
  readonly properties?: unknown;
}

/** A kind of export: where its records are, and how CSV has them. */
export interface Source {
  /** The columns of CSV before those of properties. */
  readonly columns: readonly string[];
  /** Whether a property can have a column of this name. */
  readonly readsBack?: (name: string) => boolean;
  /** Reads the records behind a position, which NDJSON has as they are. */
  readonly read: (behind: string | undefined, context: SourceDeps) => AsyncIterable<RecordPage>;
  /** Undefined if no import could read the record. */
  readonly toRow: (record: Item) => CsvRow | undefined;
}
