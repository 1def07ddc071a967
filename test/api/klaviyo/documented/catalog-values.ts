import { PREFIX } from '../../../support/catalog/catalog-bodies.ts';

const values: Readonly<Record<string, unknown>> = {
  catalog_type: '$default',
  price: 9.5,
  url: 'https://shop.example/blue',
  image_full_url: 'https://shop.example/blue.png',
  image_thumbnail_url: 'https://shop.example/small.png',
  custom_metadata: { size: 'M' },
  published: true,
  inventory_quantity: 3,
  inventory_policy: 1,
};

/** The value of a member in a body about a catalog. Undefined for members like those of other bodies. */
export const catalogValue = (operation: string, pointer: string): unknown => {
  if (pointer.endsWith('/relationships/variant/data/id')) return `${PREFIX}blue-m`;
  if (!operation.includes('/api/catalog-')) return undefined;
  const name = pointer.split('/').at(-1) ?? '';
  if (pointer.includes('/images/')) return 'https://shop.example/back.png';
  if (name !== 'id') return values[name];
  const relationship = pointer.includes('/relationships/') ? pointer : operation;
  return `${PREFIX}${/\/relationships\/categories/.test(relationship) ? 'shirts' : 'blue'}`;
};
