import * as v from 'valibot';
import { items, variants } from '../../../domains/catalog/records/read.ts';
import { readItemVersions, readVariantVersions } from '../../../domains/catalog/versions.ts';
import type { Reading, Selection } from '../../../platform/http/query/selection.ts';
import { collectionDocument, pageSchema } from '../../../platform/http/response/jsonapi.ts';
import { rangeOfTimes } from '../profiles/range.ts';
import { route } from '../protocol.ts';
import { ItemVersion, itemVersionAttributes, VariantVersion, variantVersionAttributes } from '../views/catalog.ts';
import { requireExternalId } from '../views/catalog-ids.ts';
import { page } from './listing.ts';

const FIELD = 'valid_from';

const reading = {
  filters: {
    [FIELD]: { operators: ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'], value: 'time' },
  },
  page,
} satisfies Reading;

const description =
  'Newest first: the current state, then the state before each change of the last 400 days, unless the deployment keeps them shorter. To see what it was on a ' +
  'day, take the first of `filter=less-or-equal(valid_from,2026-05-01T23:59:59Z)` with `page[size]=1`.';

const requestOf = ({ filters, page: requested }: Pick<Selection, 'filters' | 'page'>) => ({
  ...rangeOfTimes(filters, FIELD),
  ...requested,
});

/** A version has no URL of its own. Its id is the time since when it is valid, which no other version has. */
const versionOf = <Attributes>(type: string, updated: string, attributes: Attributes) => ({
  type,
  id: String(Date.parse(updated)),
  attributes,
});

const versionSchema = <const Type extends string, Attributes extends v.GenericSchema>(
  type: Type,
  attributes: Attributes,
) => pageSchema(v.object({ type: v.literal(type), id: v.string(), attributes }));

export const getCatalogItemVersions = route({
  method: 'GET',
  path: '/api/catalog-items/{id}/versions',
  summary: 'List the versions of a catalog item',
  description,
  scope: 'catalogs:read',
  status: 200,
  reading,
  result: versionSchema('catalog-item-version', ItemVersion),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const item = await items.get(requireExternalId(params.id, 'catalog item'), context);
    const { items: versions, ...cursors } = await readItemVersions(item, requestOf(selection), context);
    const shown = versions.map((one) =>
      versionOf('catalog-item-version', one.version.updated, itemVersionAttributes(one)),
    );
    return collectionDocument({ ...cursors, items: shown }, context);
  },
});

export const getCatalogVariantVersions = route({
  method: 'GET',
  path: '/api/catalog-variants/{id}/versions',
  summary: 'List the versions of a catalog variant',
  description,
  scope: 'catalogs:read',
  status: 200,
  reading,
  result: versionSchema('catalog-variant-version', VariantVersion),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const variant = await variants.get(requireExternalId(params.id, 'catalog variant'), context);
    const { items: versions, ...cursors } = await readVariantVersions(variant, requestOf(selection), context);
    const shown = versions.map((one) =>
      versionOf('catalog-variant-version', one.version.updated, variantVersionAttributes(one)),
    );
    return collectionDocument({ ...cursors, items: shown }, context);
  },
});
