import type { JobContext } from '../../../platform/jobs/run.ts';
import type { Unit } from './units.ts';

/** What the catalog refuses of a unit. */
export interface Refusal {
  /** Of the unit. */
  readonly key: string;
  readonly field?: string;
  readonly message: string;
}

/** The catalog as a sync sees it. Both can be repeated. */
export interface CatalogStore {
  /** Stores units, items before their variants. A unit that is stored already costs no write. */
  readonly store: (units: readonly Unit[], context: JobContext) => Promise<readonly Refusal[]>;
  /** Hides what is gone. What the catalog does not have is left out. */
  readonly unpublish: (
    gone: readonly { readonly kind: Unit['kind']; readonly id: string }[],
    context: JobContext,
  ) => Promise<void>;
}
