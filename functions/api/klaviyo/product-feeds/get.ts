import * as v from 'valibot';
import * as feeds from '../../../domains/product-feeds/actions.ts';
import { MAX_ITEMS, readFeedItems } from '../../../domains/product-feeds/read-items.ts';
import { documentSchema, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { requireScope } from '../../caller-scope.ts';
import { route } from '../protocol.ts';
import { itemView } from '../views/catalog.ts';
import { shown } from '../views/catalog-ids.ts';
import { productFeedView } from '../views/product-feed.ts';
import { withState } from './resource.ts';

const DEFAULT_ITEMS = 12;

export const getProductFeed = route({
  method: 'GET',
  path: `${productFeedView.path}/{id}`,
  summary: 'Get a product feed, with its products',
  description:
    'With `include=items` or `profile`, its products are in `relationships.items`, in the order of the feed, and in `included`, as ' +
    'the catalog has them now. `page[size]` limits them. `profile` is the person for whom they are: it needs the scope ' +
    '`events:read` too.',
  scope: 'catalogs:read',
  status: 200,
  reading: {
    fields: { [productFeedView.type]: productFeedView.detailedSchema, [itemView.type]: itemView.schema },
    include: ['items'],
    page: { default: DEFAULT_ITEMS, max: MAX_ITEMS },
  },
  query: v.object({ profile: v.optional(v.pipe(v.string(), v.maxLength(64))) }),
  result: documentSchema(productFeedView.type, productFeedView.detailedSchema),
  errors: ['not_found'],

  async handle({ params: { id }, query: { profile: profileId }, selection: { fields, include, page } }, context) {
    if (profileId !== undefined) requireScope(context.caller, 'events:read');
    const feed = await withState(await feeds.getProductFeed(id, context), context);
    const data = productFeedView.show(feed, context, fields);
    if (include.length === 0 && profileId === undefined) return resourceDocument(data);
    const items = (await readFeedItems(feed, { size: page.size, profileId }, context)).map(shown);
    const relationships = { items: { data: items.map((item) => ({ type: itemView.type, id: item.id })) } };
    return resourceDocument(
      { ...data, relationships },
      items.map((item) => itemView.show(item, context, fields)),
    );
  },
});
