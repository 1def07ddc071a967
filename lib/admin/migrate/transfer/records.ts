import type { Item } from '../../../../functions/platform/table/entity.ts';

/** What moves, in this order. */
export const recordKinds = ['profiles', 'lists', 'events', 'catalog'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** A record as the NDJSON export of this product has it, and of a catalog the resource that creates it. */
export interface MovedRecord {
  readonly kind: RecordKind;
  readonly record: Item;
}

/** Some records of a source, and where to go on. */
export interface SourcePage {
  readonly records: readonly MovedRecord[];
  /** The position of the next page. Undefined at the end of the unit. */
  readonly next?: string | undefined;
  /** How much of the unit is read, from 0 to 1, as far as the source shows it. */
  readonly fraction?: number | undefined;
}

/** Where the destination has the records of a unit. */
export type Target =
  | { readonly kind: 'profiles' }
  | { readonly kind: 'list'; readonly id: string }
  | { readonly kind: 'metric'; readonly name: string; readonly service: string }
  | { readonly kind: 'catalog'; readonly path: string };

/** A part of a source that is read from its beginning to its end: all profiles, one list, one metric, all items. */
export interface Unit {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** What to count in the destination. */
  readonly target: Target;
}

/** Where data comes from. */
export interface Source {
  readonly name: string;
  units(): Promise<readonly Unit[]>;
  /** Reads a unit from a position on. The last page has no `next`. */
  read(unit: Unit, from: string | undefined): AsyncGenerator<SourcePage>;
}
