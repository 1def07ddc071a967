import type { Settings } from '../../../platform/resources/services.ts';
import type { Entity } from '../../../platform/table/entity.ts';
import type { Table } from '../../../platform/table/table.ts';
import type { Base } from '../records/records.ts';
import type { CatalogId, Edge } from '../records/store.ts';
import type { DraftProblem } from './draft.ts';

export interface StoreDeps {
  readonly account: string;
  readonly table: Pick<Table, 'get' | 'getMany' | 'createMany' | 'updateMany' | 'transact' | 'write'>;
  now(): Date;
  readonly settings: Settings;
}

/** A draft, and what is stored under its id. */
export interface Planned<Value, Draft> {
  readonly draft: Draft;
  readonly before?: Value | undefined;
}

/** How one kind of object is stored: items, variants or categories. */
export interface Kind<Value extends Base, Draft extends { readonly id: string }> {
  readonly noun: string;
  readonly entity: Entity<Value, CatalogId>;
  /** The attributes that drafts set. */
  readonly content: readonly (keyof Value & string)[];
  /** The new value, or what the draft lacks for it. */
  readonly create: (draft: Draft, base: Base) => Value | readonly DraftProblem[];
  /** The value after the draft, or after as much of it as one write can store. */
  readonly change: (before: Value, draft: Draft) => Value;
  /** Whether an object is being deleted: nothing can be stored under its id. */
  readonly isLeaving?: (value: Value) => boolean;
  /** Finds references of drafts to objects that do not exist: problems, by draft. */
  readonly findMissing?: (
    planned: readonly Planned<Value, Draft>[],
    deps: StoreDeps,
  ) => Promise<ReadonlyMap<Draft, readonly DraftProblem[]>>;
  /** Its places in the lists of other objects. */
  readonly edges?: { readonly entity: Entity<Edge, Edge>; readonly of: (value: Value) => readonly Edge[] };
  /** Writes the state before a change. Safe to repeat. */
  readonly versions?: {
    readonly create: (values: readonly Value[], deps: StoreDeps) => Promise<unknown>;
  };
  /** Takes back what was created for an object that was deleted meanwhile: problems, by value. */
  readonly checkCreated?: (
    created: readonly Value[],
    deps: StoreDeps,
  ) => Promise<ReadonlyMap<Value, readonly DraftProblem[]>>;
}
