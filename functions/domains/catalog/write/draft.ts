import type { Properties } from '../../../model/properties.ts';
import type { ErrorCode } from '../../../platform/errors.ts';

/** Absent: unchanged. `null`: removed. */
type Removable<T> = T | null | undefined;

/** Absent or `null`: unchanged. */
type Kept<T> = T | null | undefined;

/**
 * What a caller says of a product, from wherever it comes. Its values have passed `productFields`. The id is the one of
 * the shop's own system.
 */
interface ProductDraft {
  readonly id: string;
  readonly title?: Kept<string>;
  readonly description?: Kept<string>;
  readonly url?: Kept<string>;
  readonly price?: Removable<number>;
  readonly currency?: Removable<string>;
  readonly image?: Removable<string>;
  readonly thumbnail?: Removable<string>;
  readonly images?: Removable<readonly string[]>;
  readonly metadata?: Removable<Properties>;
  /** Members to set in the metadata that it has then. */
  readonly addedMetadata?: Properties;
  /** @default true */
  readonly published?: Kept<boolean>;
}

export interface ItemDraft extends ProductDraft {
  /** The ids of all its categories. */
  readonly categories?: Kept<readonly string[]>;
  /** Ids of categories to add to those that it has then. */
  readonly addedCategories?: readonly string[];
  readonly removedCategories?: readonly string[];
}

export interface VariantDraft extends ProductDraft {
  readonly sku?: Kept<string>;
  readonly quantity?: Kept<number>;
  readonly policy?: Kept<0 | 1 | 2>;
  /** The id of its item. Ignored once the variant exists. */
  readonly item?: Kept<string>;
}

export interface CategoryDraft {
  readonly id: string;
  readonly name?: Kept<string>;
}

/** What is wrong with a draft. */
export interface DraftProblem {
  readonly code: Extract<ErrorCode, 'invalid' | 'not_found' | 'conflict'>;
  /** The field of the draft. */
  readonly field: string;
  /** The place within that field, if it is a list. */
  readonly index?: number;
  readonly detail: string;
}

/** `upsert` creates what is missing and changes what exists. */
export type StoreMode = 'create' | 'update' | 'upsert';

export type StoreResult<Value> =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly value: Value }
  | { readonly outcome: 'refused'; readonly problems: readonly DraftProblem[] };
