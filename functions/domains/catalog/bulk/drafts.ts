import * as v from 'valibot';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import type { Context } from '../../accounts/context.ts';
import { CategoryName, ExternalId, productFields, variantFields } from '../records/fields.ts';
import type { CatalogJob } from './job.ts';

const f = productFields;
const ids = v.nullish(v.array(v.string()));

const product = {
  id: ExternalId,
  title: v.nullish(f.title),
  description: v.nullish(f.description),
  url: v.nullish(f.url),
  price: v.nullish(f.price),
  currency: v.nullish(f.currency),
  image: v.nullish(f.image),
  thumbnail: v.nullish(f.thumbnail),
  images: v.nullish(f.images),
  metadata: v.nullish(f.metadata),
  published: v.nullish(f.published),
};

const ItemDrafts = v.array(v.object({ ...product, categories: ids }));
const VariantDrafts = v.array(
  v.object({
    ...product,
    sku: v.nullish(variantFields.sku),
    quantity: v.nullish(variantFields.quantity),
    policy: v.nullish(variantFields.policy),
    item: v.nullish(v.string()),
  }),
);
/** `items` are the ids of items to add to a new category, or of all items of one that is updated. */
const CategoryDrafts = v.array(v.object({ id: ExternalId, name: v.nullish(CategoryName), items: ids }));

export type BulkItem = v.InferOutput<typeof ItemDrafts>[number];
export type BulkVariant = v.InferOutput<typeof VariantDrafts>[number];
export type BulkCategory = v.InferOutput<typeof CategoryDrafts>[number];

/** The drafts of a job, by the kind of its objects. Those of deletions are ids only. */
export type BulkDrafts =
  | { readonly object: 'item'; readonly drafts: readonly BulkItem[] }
  | { readonly object: 'variant'; readonly drafts: readonly BulkVariant[] }
  | { readonly object: 'category'; readonly drafts: readonly BulkCategory[] };

/** How long a job is kept, and what it was sent. */
export const KEPT_DAYS = 14;

/** Where the drafts of jobs lie in the imports bucket. */
export const CATALOG_JOBS = 'catalog-jobs/';

const draftsKey = ({ account, id }: Pick<CatalogJob, 'account' | 'id'>): string =>
  `${CATALOG_JOBS}${account}/${id}.json`;

type Deps = Pick<Context, 'imports'>;

export const writeDrafts = (
  job: Pick<CatalogJob, 'account' | 'id'>,
  { drafts }: BulkDrafts,
  { imports }: Deps,
): Promise<void> => imports().write(draftsKey(job), JSON.stringify(drafts), 'application/json');

/** Reads the drafts of a job. Undefined if they are no longer stored. */
export const readDrafts = async (
  job: Pick<CatalogJob, 'account' | 'id' | 'object'>,
  { imports }: Deps,
): Promise<BulkDrafts | undefined> => {
  const text = await imports().readText(draftsKey(job));
  if (text === undefined) return undefined;
  const sent = parseExact(text);
  switch (job.object) {
    case 'item':
      return { object: 'item', drafts: v.parse(ItemDrafts, sent) };
    case 'variant':
      return { object: 'variant', drafts: v.parse(VariantDrafts, sent) };
    case 'category':
      return { object: 'category', drafts: v.parse(CategoryDrafts, sent) };
  }
};
