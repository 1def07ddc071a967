import { categories } from '../../../../functions/domains/catalog/records/read.ts';
import { type App, type Fixture, made, nameOf } from './fixture.ts';

const PREFIX = '$custom:::$default:::';
const external = (id: string): string => id.slice(PREFIX.length);

const product = (n: number) => ({
  external_id: `P${n}`,
  title: nameOf(n),
  description: `The ${n}th`,
  url: `https://shop.example/${n}`,
  price: n + 0.5,
  published: n % 2 === 0,
});

const variantAttributes = (n: number) => ({
  ...product(n),
  sku: `SKU-${n}`,
  inventory_quantity: n,
  inventory_policy: 1,
});

const category = (name: string, app: App) =>
  made(app, '/api/catalog-categories', { type: 'catalog-category', attributes: { external_id: name, name } });

const item = (attributes: object, categoryIds: readonly string[], app: App) =>
  made(app, '/api/catalog-items', {
    type: 'catalog-item',
    attributes,
    relationships: { categories: { data: categoryIds.map((id) => ({ type: 'catalog-category', id })) } },
  });

const variant = (attributes: object, itemId: string, app: App) =>
  made(app, '/api/catalog-variants', {
    type: 'catalog-variant',
    attributes,
    relationships: { item: { data: { type: 'catalog-item', id: itemId } } },
  });

const firstId = async (path: string, app: App): Promise<string> => (await app.get(path)).body.data[0]?.id ?? 'nothing';
const ids = ({ id }: { readonly id: string }): string => id;
const categoryOf = ({ id }: { readonly id: string }, app: App) => firstId(`/api/catalog-items/${id}/categories`, app);
const itemOf = ({ id }: { readonly id: string }, app: App) => firstId(`/api/catalog-categories/${id}/items`, app);
const itemOfVariant = async ({ id }: { readonly id: string }, app: App): Promise<string> =>
  (await app.get(`/api/catalog-variants/${id}`)).body.data.relationships.item.data.id;
const categoryCreated = async ({ id }: { readonly id: string }, app: App): Promise<string> =>
  (await categories.get(external(id), app.context())).created;

export const catalogFixtures: Readonly<Record<string, Fixture>> = {
  'catalog-item': {
    // The first two are in no category.
    make: async (n, app) => item(product(n), n < 2 ? [] : [await category(`Category ${n}`, app)], app),
    body: (n) => ({ attributes: product(n) }),
    change: {
      title: 'Renamed',
      price: null,
      published: false,
      image_full_url: 'https://shop.example/1.png',
      images: ['https://shop.example/2.png'],
      custom_metadata: { color: 'red' },
      currency: 'EUR',
    },
    filterValues: { ids, 'category.id': categoryOf },
    related: {
      variants: {
        relate: async (id, n, app) =>
          variant({ ...variantAttributes(n), external_id: `${external(id)}-V${n}` }, id, app),
        filterValues: { ids, 'item.id': itemOfVariant },
      },
      categories: {
        make: (n, app) => category(nameOf(n), app),
        filterValues: { ids, 'item.id': itemOf, created: categoryCreated },
      },
    },
  },
  'catalog-variant': {
    make: async (n, app) =>
      variant(variantAttributes(n), await item({ ...product(n), external_id: `I${n}` }, [], app), app),
    body: (n) => ({
      attributes: variantAttributes(n),
      relationships: { item: { data: { type: 'catalog-item', id: `${PREFIX}I0` } } },
    }),
    change: { title: 'Renamed', sku: 'other', inventory_quantity: 0, inventory_policy: 2, price: 3, published: true },
    filterValues: { ids, 'item.id': itemOfVariant },
    related: { item: { relate: async (id, _, app) => itemOfVariant({ id }, app) } },
  },
  'catalog-category': {
    make: async (n, app) => {
      const id = await category(nameOf(n), app);
      if (n >= 2) await item({ ...product(n), external_id: `I${n}` }, [id], app);
    },
    body: (n) => ({ attributes: { external_id: `C${n}`, name: nameOf(n) } }),
    change: { name: 'Renamed' },
    isDeletedLater: true,
    filterValues: { ids, 'item.id': itemOf, created: categoryCreated },
    related: {
      items: {
        make: (n, app) => item({ ...product(n), external_id: `R${n}` }, [], app),
        filterValues: { ids, 'category.id': categoryOf },
      },
    },
  },
};
