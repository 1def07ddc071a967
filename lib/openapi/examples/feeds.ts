import { type Examples, ids } from './people.ts';

const feed = { 'catalog-feed': { data: { type: 'catalog-feed', id: ids.feed } } };

export const feedExamples: Examples = {
  createCatalogFeed: {
    data: {
      type: 'catalog-feed',
      attributes: {
        name: 'Products',
        source: { kind: 'url', location: 'https://shop.example/feed.xml' },
        credentials: { kind: 'basic', name: 'tributary', secret: 'correct horse battery staple' },
        mapping: { title: 'name', price: 'pricing.amount' },
      },
    },
  },
  updateCatalogFeed: {
    data: { type: 'catalog-feed', id: ids.feed, attributes: { interval_hours: 12, max_missing_percent: 10 } },
  },
  createWebFeed: {
    data: {
      type: 'web-feed',
      attributes: {
        name: 'Blog_posts',
        url: 'https://shop.example/posts.json',
        request_method: 'get',
        content_type: 'json',
      },
    },
  },
  updateWebFeed: {
    data: { type: 'web-feed', id: ids.webFeed, attributes: { url: 'https://shop.example/news.json' } },
  },
  createProductFeed: {
    data: {
      type: 'product-feed',
      attributes: { name: 'New shirts', kind: 'newest', category_ids: [ids.catalogCategory], in_stock_only: true },
    },
  },
  updateProductFeed: {
    data: { type: 'product-feed', id: ids.productFeed, attributes: { in_stock_only: false } },
  },
  createCatalogFeedPreview: {
    data: {
      type: 'catalog-feed-preview',
      attributes: {
        source: {
          kind: 'sftp',
          location: 'sftp://tributary@files.shop.example/feeds/products.xml',
          host_key: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
        },
        credentials: { kind: 'password', secret: 'correct horse battery staple' },
      },
    },
  },
  createCatalogFeedSyncJob: { data: { type: 'catalog-feed-sync-job', relationships: feed } },
};
