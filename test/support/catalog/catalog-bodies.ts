/** Bodies of requests that create objects of a catalog. */
export const PREFIX = '$custom:::$default:::';

export const itemBody = (externalId: string, attributes: object = {}, categories?: readonly string[]) => ({
  type: 'catalog-item',
  attributes: {
    external_id: externalId,
    title: `Item ${externalId}`,
    description: 'A thing',
    url: 'https://shop.example/things',
    ...attributes,
  },
  ...(categories && {
    relationships: { categories: { data: categories.map((id) => ({ type: 'catalog-category', id: PREFIX + id })) } },
  }),
});

export const variantBody = (externalId: string, item: string, attributes: object = {}) => ({
  type: 'catalog-variant',
  attributes: {
    external_id: externalId,
    title: `Variant ${externalId}`,
    description: 'A thing',
    url: 'https://shop.example/things',
    sku: `SKU-${externalId}`,
    price: 10,
    inventory_quantity: 5,
    ...attributes,
  },
  relationships: { item: { data: { type: 'catalog-item', id: PREFIX + item } } },
});

/** By path: bodies of jobs for one object of each kind that exists. */
export const bulkBodies = (ids: { readonly item: string; readonly variant: string; readonly category: string }) => {
  const created = { item: itemBody('bulk'), variant: variantBody('bulk-m', 'bulk'), category: categoryBody('bulks') };
  return (
    [
      ['item', 'items'],
      ['variant', 'variants'],
      ['category', 'categories'],
    ] as const
  ).flatMap(([object, many]) =>
    (
      [
        ['create', created[object]],
        ['update', { type: `catalog-${object}`, id: ids[object], attributes: {} }],
        ['delete', { type: `catalog-${object}`, id: `${PREFIX}gone` }],
      ] as const
    ).map(([action, data]) => {
      const type = `catalog-${object}-bulk-${action}-job`;
      return { path: `/api/${type}s`, data: { type, attributes: { [many]: { data: [data] } } } };
    }),
  );
};

export const categoryBody = (externalId: string, name = externalId) => ({
  type: 'catalog-category',
  attributes: { external_id: externalId, name },
});

/** The operations that retry jobs of the catalog, which Klaviyo's API does not have. */
export const bulkRetries = ['CatalogItems', 'Variants', 'Categories'].flatMap((many) =>
  ['Create', 'Update', 'Delete'].map((verb) => `updateBulk${verb}${many}Job`),
);
