import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import {
  changeProductFeed,
  createProductFeed,
  deleteProductFeed,
  findState,
  getProductFeed,
  readAllProductFeeds,
} from '../../../domains/product-feeds/actions.ts';
import { MAX_DAYS } from '../../../domains/product-feeds/rankings/parts.ts';
import { feedKinds, type ProductFeed } from '../../../domains/product-feeds/records/feed.ts';
import {
  type FileFormat,
  type FileSetting,
  fileFormats,
  newFileSecret,
} from '../../../domains/product-feeds/records/file-setting.ts';
import { pointer } from '../../../platform/errors.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { resolveIds } from '../../../platform/http/resource/relationship.ts';
import { findUnknownIds } from '../../../platform/http/resource/unknown-ids.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { CATEGORY, findCategories } from '../catalog/references.ts';
import { FeedName } from '../feeds/feed-name.ts';
import { defineResource } from '../resource.ts';
import { productFeedView, type ShownFeed } from '../views/product-feed.ts';

const MAX_CATEGORIES = 10;
const MAX_ID = 500;

const entries = {
  name: FeedName,
  kind: v.picklist(feedKinds),
  category_ids: v.nullish(
    boundedArray(v.pipe(Text, v.maxLength(MAX_ID, `An id has at most ${MAX_ID} characters.`)), {
      min: 1,
      tooFew: 'Name at least one category, or send null for all products.',
      max: MAX_CATEGORIES,
      tooMany: (count) => `${count} categories; at most ${MAX_CATEGORIES} are allowed.`,
    }),
  ),
  in_stock_only: v.nullish(v.boolean()),
  exclude_bought: v.nullish(v.boolean()),
  window_days: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_DAYS))),
  file_format: v.nullish(v.picklist(fileFormats)),
  file_currency: v.nullish(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'Not an ISO 4217 code, such as EUR.'))),
};

export const withState = async (
  feed: ProductFeed,
  context: Pick<Context, 'account' | 'table'>,
): Promise<ShownFeed> => ({
  ...feed,
  state: await findState(feed.id, context),
});

const IDS = ['data', 'attributes', 'category_ids'];
const findProblems = findUnknownIds({ path: IDS, noun: CATEGORY, max: MAX_CATEGORIES, find: findCategories });

/** @throws ApiError `not_found` that points at each unknown category */
const categoriesOf = async (ids: readonly string[] | null | undefined, context: Context) => {
  if (!ids) return undefined;
  const resolver = { noun: CATEGORY, at: (i: number) => pointer([...IDS, i]), find: findCategories };
  const categories = await resolveIds(
    ids.map((id) => ({ id })),
    resolver,
    context,
  );
  return { categories: [...new Set(categories)] };
};

interface FileInput {
  readonly file_format?: FileFormat | null | undefined;
  readonly file_currency?: string | null | undefined;
  readonly rotate_file_url?: boolean | null | undefined;
}

/** The setting of a file after a change. It keeps its URL, unless that is rotated. */
const fileOf = (before: FileSetting | undefined, input: FileInput): { readonly file?: FileSetting | null } => {
  const { file_format: format = before?.format, file_currency: currency = before?.currency } = input;
  if (format === null) return { file: null };
  if (format === undefined) return {};
  const secret = before && !input.rotate_file_url ? before.secret : newFileSecret();
  return { file: { format, secret, ...(typeof currency === 'string' && { currency }) } };
};

export const routes = defineResource({
  view: productFeedView,
  noun: { one: 'product feed', many: 'product feeds' },
  scope: 'catalogs',
  isAdministrative: true,
  secretAttributes: ['file_url'],
  getOne: async (id, context) => withState(await getProductFeed(id, context), context),

  list: {
    operation: 'getProductFeeds',
    page: { default: 20, max: 50 },
    ...inMemoryListing<ShownFeed, Context>({
      all: readAllProductFeeds,
      fields: {
        name: { getValue: ({ name }) => name, filter: ['equals', 'contains'], sort: ({ name }) => name.toLowerCase() },
        kind: { getValue: ({ kind }) => kind, filter: ['equals'] },
        created_at: { getValue: ({ created }) => created, value: 'time', sort: true },
      },
      sort: 'created_at',
    }),
  },

  create: {
    operation: 'createProductFeed',
    description:
      'Its products are selected at once, and again at most every 15 minutes when the catalog has changed. A selection ' +
      'examines 1,000 products and has up to 200. `best_sellers` and `most_viewed` count the events of the last ' +
      '`window_days` (30) and today, anew each hour. Products whose `inventory_policy` is 1 are left out while they are ' +
      'out of stock. `all` is a file of every product, which has to have a `file_format`; requests show its newest products.',
    errors: ['not_found'],
    attributes: v.object(entries),
    findProblems,
    run: async ({ attributes: { name, kind, category_ids: ids, ...only } }, context) => {
      const { file } = fileOf(undefined, only);
      const input = {
        name,
        kind,
        inStock: only.in_stock_only ?? false,
        withoutBought: only.exclude_bought ?? false,
        ...(typeof only.window_days === 'number' && { days: only.window_days }),
        ...(file && { file }),
      };
      return withState(await createProductFeed({ ...input, ...(await categoriesOf(ids, context)) }, context), context);
    },
  },

  update: {
    operation: 'updateProductFeed',
    description:
      '`null` removes the categories, the file and its currency. Other absent or `null` attributes keep their values. ' +
      '`rotate_file_url` gives the file another URL: the one before ends at once.',
    attributes: v.object({
      ...entries,
      name: v.nullish(entries.name),
      kind: v.nullish(entries.kind),
      rotate_file_url: v.nullish(v.boolean()),
    }),
    findProblems,
    run: async (id, { attributes: { name, kind, category_ids: ids, ...only } }, context) => {
      const categories = ids === null ? { categories: null } : await categoriesOf(ids, context);
      const change = {
        name,
        kind,
        inStock: only.in_stock_only,
        withoutBought: only.exclude_bought,
        days: only.window_days,
        ...fileOf((await getProductFeed(id, context)).file, only),
        ...categories,
      };
      return withState(await changeProductFeed(id, change, context), context);
    },
  },

  delete: { operation: 'deleteProductFeed', run: deleteProductFeed },
});
