import { describe, expect, test } from 'vitest';
import { correctTime } from '../../../functions/api/segment/calls/clock.ts';
import { readCommerce } from '../../../functions/api/segment/calls/commerce.ts';
import { contextProperties } from '../../../functions/api/segment/calls/context.ts';
import { defaultMetrics, metricNameOf } from '../../../functions/api/segment/calls/metrics.ts';
import { readTraits } from '../../../functions/api/segment/calls/traits.ts';

const settings = { id: 'Ab12Cd', name: 'Shop', timezone: 'UTC', createdAt: '2026-01-01T00:00:00.000Z' };
const at = (time: string) => new Date(`2026-07-01T${time}Z`);

describe('the time of a call', () => {
  const receivedAt = at('12:00:00');

  test('is counted back from its arrival', () => {
    // The clock is an hour behind, and the call waited ten seconds.
    expect(correctTime({ original: at('10:59:50'), sentAt: at('11:00:00'), receivedAt })).toEqual(at('11:59:50'));
    expect(correctTime({ original: at('12:59:50'), sentAt: at('13:00:00'), receivedAt })).toEqual(at('11:59:50'));
  });

  test('is as it was sent if the client does not say when', () => {
    expect(correctTime({ original: at('10:00:00'), sentAt: undefined, receivedAt })).toEqual(at('10:00:00'));
    expect(correctTime({ original: undefined, sentAt: at('10:00:00'), receivedAt })).toBeUndefined();
  });

  test('is as it was sent if no time could be that far away', () => {
    const original = new Date(8.64e15);
    expect(correctTime({ original, sentAt: new Date(0), receivedAt })).toEqual(original);
  });
});

describe('the metric of an event', () => {
  test.each(Object.entries(defaultMetrics))('%s is %s', (event, metric) => {
    expect(metricNameOf(event, {})).toBe(metric);
    expect(metricNameOf(` ${event.toUpperCase()}`, {})).toBe(metric);
  });

  test.each(['Signed Up', 'constructor', '__proto__'])('%s keeps its name', (event) => {
    expect(metricNameOf(event, {})).toBe(event);
  });

  test('is what the account says', () => {
    const own = { segmentMetrics: { 'order completed': 'Bought', 'Signed Up': 'Joined' } };
    expect(['Order Completed', 'signed up', 'Product Viewed'].map((event) => metricNameOf(event, own))).toEqual([
      'Bought',
      'Joined',
      'Viewed Product',
    ]);
  });
});

describe('e-commerce events', () => {
  test('an order has items, names, categories, brands and a value', () => {
    const products = [
      { product_id: 'p-1', sku: 's-1', name: 'Tea', brand: 'Leaf', price: 1.1, quantity: 3, category: 'Drinks' },
      {
        productId: 7,
        name: 'Tea',
        price: '4.50',
        image_url: 'https://shop.example/7.png',
        url: 'https://shop.example/7',
      },
      'no product',
    ];
    expect(
      readCommerce('Placed Order', { order_id: 1042, products, total: '7.80', revenue: 5, currency: 'eur' }),
    ).toEqual({
      properties: {
        OrderId: '1042',
        Items: [
          {
            ProductID: 'p-1',
            SKU: 's-1',
            ProductName: 'Tea',
            Brand: 'Leaf',
            Quantity: 3,
            ItemPrice: 1.1,
            RowTotal: 3.3,
            Categories: ['Drinks'],
          },
          {
            ProductID: '7',
            ProductName: 'Tea',
            ProductURL: 'https://shop.example/7',
            ImageURL: 'https://shop.example/7.png',
            ItemPrice: 4.5,
            RowTotal: 4.5,
          },
        ],
        ItemNames: ['Tea'],
        Categories: ['Drinks'],
        Brands: ['Leaf'],
      },
      value: 7.8,
      currency: 'EUR',
    });
  });

  test('a viewed product has no value of its own, an added one has its price', () => {
    const product = { product_id: 'p-1', name: 'Tea', price: 2.5, quantity: 2 };
    expect(readCommerce('Viewed Product', product)).toEqual({
      properties: { ProductID: 'p-1', ProductName: 'Tea', Quantity: 2, Price: 2.5 },
    });
    expect(readCommerce('Added to Cart', product)).toMatchObject({ value: 5 });
    expect(readCommerce('Added to Cart', { ...product, value: 4 })).toMatchObject({ value: 4 });
  });

  test('a search has its term', () => {
    expect(readCommerce('Searched Site', { query: 'tea' })).toEqual({ properties: { SearchTerm: 'tea' } });
  });

  test.each([
    {},
    { total: Number.POSITIVE_INFINITY, products: {} },
    { total: 'much', products: [null, 1, []] },
    { total: 1e300, order_id: {}, currency: 'euros' },
  ])('what it cannot read stays where it is: %j', (given) => {
    expect(readCommerce('Placed Order', given)).toEqual({ properties: {} });
  });
});

describe('traits', () => {
  test('become the fields of a profile', () => {
    const traits = {
      email: ' Ada@Example.com',
      phone: '+49 30 123456',
      firstName: 'Ada',
      lastName: 'Lovelace',
      name: 'Somebody Else',
      title: 'Countess',
      avatar: 'https://shop.example/ada.png',
      company: 'Analytical Engines',
      address: { street: 'St James 12', city: 'London', state: 'England', postalCode: 1234, country: 'UK' },
      birthday: '1815-12-10',
    };
    expect(readTraits(traits, settings)).toEqual({
      email: 'ada@example.com',
      phone_number: '+4930123456',
      fields: {
        first_name: 'Ada',
        last_name: 'Lovelace',
        title: 'Countess',
        image: 'https://shop.example/ada.png',
        organization: 'Analytical Engines',
      },
      location: { address1: 'St James 12', city: 'London', region: 'England', zip: '1234', country: 'UK' },
      properties: { birthday: '1815-12-10' },
    });
  });

  test('a name is split at its first space', () => {
    expect(readTraits({ name: 'Ada King Lovelace' }, settings).fields).toEqual({
      first_name: 'Ada',
      last_name: 'King Lovelace',
    });
    expect(readTraits({ name: 'Ada' }, settings).fields).toEqual({ first_name: 'Ada' });
  });

  test('what a field does not accept stays a property', () => {
    const traits = { email: 'nobody', phone: '0171 234', title: ['a'], name: 7, company: { name: 'A', employees: 3 } };
    expect(readTraits(traits, settings)).toEqual({ fields: { organization: 'A' }, properties: traits });
  });

  test('null clears a field, and no identifier', () => {
    expect(readTraits({ email: null, phone: '', title: null, plan: null }, settings)).toEqual({
      fields: { title: null },
      properties: { plan: null },
    });
  });

  test('names of inherited members are properties', () => {
    const traits = JSON.parse('{"constructor":1,"__proto__":{"email":"eve@example.com"},"toString":"x"}');
    const { properties, ...rest } = readTraits(traits, settings);
    expect(rest).toEqual({ fields: {} });
    expect(JSON.parse(JSON.stringify(properties))).toEqual(traits);
  });
});

test('the context keeps what a shop can use, and campaigns become utm properties', () => {
  const context = {
    campaign: { name: 'summer', source: 'mail', medium: 'email' },
    consent: { categoryPreferences: { Advertising: false } },
    library: { name: 'analytics.js', version: '1' },
    ip: '192.0.2.7',
    locale: '',
    device: {},
    traits: { email: 'ada@example.com' },
    direct: true,
  };
  expect(contextProperties(context)).toEqual({
    utm_campaign: 'summer',
    utm_source: 'mail',
    utm_medium: 'email',
    context: {
      consent: { categoryPreferences: { Advertising: false } },
      ip: '192.0.2.7',
      library: { name: 'analytics.js', version: '1' },
    },
  });
  expect(contextProperties({})).toEqual({});
});
