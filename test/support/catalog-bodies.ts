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

export const categoryBody = (externalId: string, name = externalId) => ({
  type: 'catalog-category',
  attributes: { external_id: externalId, name },
});
