import type { Reading } from '../../functions/platform/http/query/selection.ts';
import { catalogExamples } from './examples/catalog.ts';
import { consentExamples } from './examples/consent.ts';
import { eventExamples } from './examples/events.ts';
import { exportExamples } from './examples/exports.ts';
import { feedExamples } from './examples/feeds.ts';
import { formExamples } from './examples/forms.ts';
import { importExamples } from './examples/imports.ts';
import { integrationExamples } from './examples/integrations.ts';
import { listExamples } from './examples/lists.ts';
import { onsiteExamples } from './examples/onsite.ts';
import { ada, type Example, type Examples, ids } from './examples/people.ts';
import { profileExamples } from './examples/profiles.ts';
import { receiptExamples } from './examples/receipts.ts';
import { segmentExamples } from './examples/segment.ts';
import { webhookExamples } from './examples/webhooks.ts';

/** Valid request bodies, by operation. */
export const bodyExamples: Examples = {
  ...catalogExamples,
  ...consentExamples,
  ...eventExamples,
  ...exportExamples,
  ...feedExamples,
  ...formExamples,
  ...importExamples,
  ...integrationExamples,
  ...listExamples,
  ...onsiteExamples,
  ...profileExamples,
  ...receiptExamples,
  ...webhookExamples,
  ...segmentExamples,
};

/** The example of an operation; the document shows its name as well. */
export const exampleOf = (operationId: string): { readonly examples?: Example } => {
  const value = bodyExamples[operationId];
  return value === undefined ? {} : { examples: { request: { value } } };
};

const pathParameters: Readonly<Record<string, readonly [under: string, example: string][]>> = {
  account: [['', 'Ab12Cd']],
  writeKey: [['', 'Ab12Cd']],
  version: [['', '0a1b2c3d4e5f6071']],
  file: [['', 'tracker.js']],
  name: [['', 'shop.js']],
  feedFile: [['', `Ab12Cd-${ids.productFeed}-abcdefghijkmnpqrstuvwxyz23456789.xml`]],
  token: [['', 'eyJwIjoiMDFKWiJ9.c2lnbmVk']],
  integrationId: [['', ids.integration]],
  jobId: [['', ids.job]],
  listId: [['', ids.list]],
  formId: [['', ids.form]],
  id: [
    ['/api/profiles', ids.profile],
    ['/api/metrics', ids.metric],
    ['/api/custom-metrics', ids.customMetric],
    ['/api/mapped-metrics', 'revenue'],
    ['/api/metric-properties', `${ids.metric}Q7K2M9X4B1D6F8H3`],
    ['/api/lists', ids.list],
    ['/api/catalog-items', ids.catalogItem],
    ['/api/catalog-variants', ids.catalogVariant],
    ['/api/catalog-categories', ids.catalogCategory],
    ['/api/form-versions', ids.formVersion],
    ['/api/forms', ids.form],
    ['/api/import-mappings', ids.mapping],
    ['/api/catalog-feeds', ids.feed],
    ['/api/web-feeds', ids.webFeed],
    ['/api/product-feeds', ids.productFeed],
    ['/api/integrations', ids.integration],
    ['/api/webhook-topics', 'consent.changed'],
    ['/api/webhook-resend-jobs', ids.job],
    ['/api/webhook-deliveries', ids.webhookDelivery],
    ['/api/webhooks', ids.webhook],
    ['', ids.job],
  ],
};

export const pathExample = (path: string, name: string): string | undefined =>
  pathParameters[name]?.find(([under]) => path.startsWith(under))?.[1];

const values: Readonly<Record<string, string>> = {
  email: `"${ada.email}"`,
  phone_number: `"${ada.phone_number}"`,
  external_id: `"${ada.external_id}"`,
  id: `"${ids.profile}"`,
  profile_id: `"${ids.profile}"`,
  'profile.id': `"${ids.profile}"`,
  metric_id: `"${ids.metric}"`,
  ids: `"${ids.catalogItem}"`,
  'category.id': `"${ids.catalogCategory}"`,
  'item.id': `"${ids.catalogItem}"`,
  list_id: `"${ids.list}"`,
};

/** An example filter of an endpoint: by e-mail address if supported, else the first. */
export const filterExample = (filters: NonNullable<Reading['filters']>): string | undefined => {
  const all = Object.entries(filters);
  const [field, filter] = all.find(([name]) => name === 'email') ?? all[0] ?? [];
  if (field === undefined || filter === undefined) return undefined;
  const { operators, value = 'text', oneOf } = filter;
  const [operator = 'equals'] = operators;
  return `${operator}(${field},${filterValueOf(field, [value].flat()[0], oneOf)})`;
};

const filterValueOf = (field: string, type: string | undefined, [choice]: readonly string[] = []): string => {
  if (choice !== undefined) return `"${choice}"`;
  if (type === 'time') return '2026-05-01T00:00:00Z';
  if (type === 'number') return '1';
  if (type === 'boolean') return 'true';
  return values[field] ?? '"text"';
};
