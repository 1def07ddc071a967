import { beforeAll, describe, expect, test } from 'vitest';
import { allServices } from '../../../../functions/services.ts';
import { PREFIX } from '../../../support/catalog/catalog-bodies.ts';
import { methodOf, namesOf, normal, operations, pathOf, queryCases, type Served, served } from './facts.ts';
import { nullAttributes, relatedOnRequest } from './refused.ts';
import { type Shop, startShop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});

const TIME = /^(created|updated|created_at|updated_at|joined_group_at|datetime|.*\.timestamp)$/;

/** The external ids of the catalog's objects in the shop, by the end of a path that lists them. */
const catalogIds: Readonly<Record<string, string>> = { items: 'blue', variants: 'blue-m', categories: 'shirts' };

/** A value that matches something in the shop; undefined if there is none. */
const sampleOf =
  (operation: string) =>
  (field: string, operator: string, kind: string): string | undefined => {
    const isLater = operator.startsWith('greater');
    if (kind === 'number') return isLater ? '946684800' : '4102444800';
    if (kind === 'date-time' || TIME.test(field)) return isLater ? '2000-01-01T00:00:00Z' : '2100-01-01T00:00:00Z';
    const values: Readonly<Record<string, string | undefined>> = {
      id: shop
        .about(`${pathOf(operation)}/{id}`)
        .split('/')
        .at(-1),
      email: shop.person.email,
      phone_number: shop.person.phone_number,
      external_id: shop.person.external_id,
      _kx: shop.kx,
      push_token: 't-1',
      profile_id: shop.profileId,
      'profile.id': shop.profileId,
      metric_id: shop.metricId,
      name: operation.includes('/forms') ? 'Welcome' : operation.includes('catalog') ? 'shirts' : 'news',
      status: operation.includes('/form') ? 'draft' : 'complete',
      form_type: 'popup',
      ab_test: 'false',
      list_id: 'sales',
      ids: `${PREFIX}${catalogIds[operation.split(/[-/]/).at(-1) ?? ''] ?? ''}`,
      title: 'blue',
      published: 'true',
      sku: 'SKU-blue-m',
      'item.id': `${PREFIX}blue`,
      'category.id': `${PREFIX}shirts`,
      'integration.name': 'API',
      'integration.category': 'API',
      platform: 'ios',
      enablement_status: 'AUTHORIZED',
      'subscriptions.email.marketing.suppression.reason': 'USER_SUPPRESSED',
      'subscriptions.email.marketing.list_suppressions.reason': 'UNSUBSCRIBE',
      'subscriptions.email.marketing.list_suppressions.list_id': 'news',
    };
    const value = values[field];
    if (kind === 'boolean') return value;
    return kind === 'none' ? 'true' : value && JSON.stringify(value);
  };

/** True if the member exists, whatever its value: null has no members. */
const has = (value: unknown, [step, ...rest]: readonly string[]): boolean =>
  step === undefined ||
  value === null ||
  (typeof value === 'object' && Object.hasOwn(value, step) && has(Reflect.get(value, step), rest));

/** True if it exists and is null: typed clients refuse null where it is not documented. */
const isNull = (value: unknown, [step, ...rest]: readonly string[]): boolean => {
  if (step === undefined) return value === null;
  return typeof value === 'object' && value !== null && isNull(Reflect.get(value, step), rest);
};

const reading = Object.entries(served).filter(([operation]) => methodOf(operation) === 'GET');

describe.each(reading)('%s', (operation, of: Served) => {
  const ask = (query: string) => {
    // Requests per second are limited.
    shop.at(new Date(shop.services.now().getTime() + 1_000).toISOString());
    return shop.get(`${shop.about(pathOf(operation))}?${query}`);
  };

  test('accepts every documented query, and finds the data', async () => {
    const failed: string[] = [];
    for (const { name, query, finds } of queryCases(of, sampleOf(operation))) {
      const { status, body } = await ask(query);
      if (status !== 200) failed.push(`${name}: ${status} ${JSON.stringify(body.errors ?? body)}`);
      else if (finds && body.data.length === 0) failed.push(`${name}: found nothing`);
    }
    expect(failed).toEqual([]);
  });

  test.each(Object.entries(of.fields))('returns every attribute of fields[%s]', async (type, list) => {
    const names = namesOf(list);
    const { status, body } = await ask(`fields[${type}]=${names.join(',')}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    const [first] = [body.data].flat();
    if (first?.type !== type) return;
    const roots = new Set(names.flatMap((name) => (name === 'id' ? [] : [name.split('.')[0]])));
    expect(Object.keys(first.attributes).toSorted()).toEqual([...roots].toSorted());
    expect(names.filter((name) => name !== 'id' && !has(first.attributes, name.split('.')))).toEqual([]);
  });

  test('returns the documented response, with its relationships', async () => {
    const additional = Object.entries(of.additionalFields).map(
      ([type, list]) => `additional-fields[${type}]=${namesOf(list).join(',')}`,
    );
    const { status, body } = await ask(additional.join('&'));
    expect([status, body !== undefined]).toEqual([200, of.answers['200']]);
    const [first] = [body.data].flat();
    const own = Object.keys(first?.relationships ?? {});
    const allowed = nullAttributes[first?.type] ?? {};
    const neverNull = of.neverNull.filter((name) => !(name in allowed));
    expect(neverNull.filter((name) => first && isNull(first.attributes, name.split('.')))).toEqual([]);
    if (first && !relatedOnRequest.test(first.type))
      expect(of.relationships.filter((name) => !own.includes(name))).toEqual([]);
  });
});

test("documents every attribute of Klaviyo's that it returns", () => {
  const routes = allServices.flatMap((service) => Object.values(service.routes));
  const ours = routes.map(({ method, path }) => `${method} ${normal(path)}`);
  const theirs = ours.filter((operation) => operations.includes(operation));
  expect(theirs.toSorted()).toEqual(Object.keys(served).toSorted());
});
