import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { type Previewed, previewFeed } from '../../../domains/feeds/preview.ts';
import { readCredentials } from '../../../domains/feeds/records/secrets.ts';
import { checkSource } from '../../../domains/feeds/source-problems.ts';
import type { Unit } from '../../../domains/feeds/sync/units.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import { valueAt } from '../../../platform/http/resource/unknown-ids.ts';
import { documentSchema, resource, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { FEED } from '../views/catalog-feed.ts';
import { credentialsOf, FeedReference, overridesOf, readingBody, sourceOf } from './attributes.ts';
import { findSourceProblems, findUnknownFeed, getNamedFeed } from './find-problems.ts';
import { RowErrorView, rowErrorView } from './row-errors.ts';

const TYPE = 'catalog-feed-preview';
const PATH = '/api/catalog-feed-previews';

const ProductView = v.object({
  row: v.number(),
  place: v.string(),
  kind: v.picklist(['item', 'variant']),
  id: v.string(),
  title: v.string(),
  description: v.string(),
  url: v.string(),
  price: v.nullable(v.number()),
  currency: v.nullable(v.string()),
  image_url: v.nullable(v.string()),
  categories: v.array(v.string()),
  item_id: v.nullable(v.string()),
  sku: v.nullable(v.string()),
  inventory_quantity: v.nullable(v.number()),
  inventory_policy: v.nullable(v.number()),
  published: v.boolean(),
});

const PreviewView = v.partial(
  v.object({
    /** The items and variants of the first 20 products. */
    products: v.array(ProductView),
    errors: v.array(RowErrorView),
    /** Why the feed as a whole cannot be read. */
    problem: v.nullable(v.string()),
  }),
);

const shownUnit = (unit: Unit) => ({
  kind: unit.kind,
  id: unit.id,
  title: unit.title,
  description: unit.description,
  url: unit.url,
  price: unit.price ?? null,
  currency: unit.currency ?? null,
  image_url: unit.image ?? null,
  categories: unit.kind === 'item' ? [...unit.categories] : [],
  item_id: unit.kind === 'variant' ? unit.item : null,
  sku: unit.kind === 'variant' ? unit.sku : null,
  inventory_quantity: unit.kind === 'variant' ? (unit.quantity ?? null) : null,
  inventory_policy: unit.kind === 'variant' ? (unit.policy ?? null) : null,
  published: unit.published,
});

const Body = v.object({
  data: v.object({
    type: v.literal(TYPE),
    attributes: v.optional(v.object({ ...readingBody, source: v.nullish(readingBody.source) }), {}),
    relationships: v.optional(
      v.object({
        [FEED]: FeedReference,
      }),
    ),
  }),
});

const nothingToPreview: Problem = {
  detail: 'There is nothing to preview. Send a `source`, or the relationship `catalog-feed`.',
  source: { pointer: '/data/attributes/source' },
};

const findProblems = async (document: unknown, context: Context): Promise<readonly Problem[]> => {
  const isEmpty =
    valueAt(document, ['data', 'attributes', 'source']) == null && !valueAt(document, ['data', 'relationships']);
  return [
    ...(isEmpty ? [nothingToPreview] : await findSourceProblems(document, context)),
    ...(await findUnknownFeed(document, context)),
  ];
};

export const createCatalogFeedPreview = route({
  method: 'POST',
  path: PATH,
  summary: 'Preview a catalog feed',
  description:
    'The first 20 products as they would be stored, with their problems. Of a feed, with other settings if given, or of ' +
    'a `source`. Stores nothing.',
  scope: 'catalogs:write',
  status: 200,
  reading: {},
  body: Body,
  result: documentSchema(TYPE, PreviewView),
  errors: ['not_found'],
  findProblems,

  async handle({ body: { data } }, context) {
    const { products, errors, problem } = await previewFeed(await previewedOf(data, context), context);
    const attributes = {
      products: products.flatMap(({ row, place, units }) => units.map((unit) => ({ row, place, ...shownUnit(unit) }))),
      errors: errors.map(rowErrorView),
      problem: problem ?? null,
    };
    return resourceDocument(resource({ type: TYPE, id: context.newId(), path: PATH, attributes }, context));
  },
});

/** The feed to read. The secret of a stored feed is for its own source only. */
const previewedOf = async (
  { attributes, relationships }: v.InferOutput<typeof Body>['data'],
  context: Context,
): Promise<Previewed> => {
  const feed = relationships && (await getNamedFeed(relationships[FEED].data.id, context));
  const given = attributes.source && sourceOf(attributes.source);
  const source = given ?? feed?.source;
  if (!source) throw new ApiError('invalid', nothingToPreview);
  const own = attributes.credentials ? credentialsOf(attributes.credentials) : undefined;
  const isStored = feed && !given && !own;
  checkSource({ source, authentication: isStored ? feed.authentication : own }, context);
  const credentials = isStored ? await readCredentials(feed, context) : own;
  return { ...feed, ...overridesOf(attributes), source, credentials };
};
