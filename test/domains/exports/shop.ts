import { startImports } from '../imports/start-imports.ts';
import { filesOf, startExport } from './exported.ts';

export type Shop = Awaited<ReturnType<typeof startImports>>;

/** Exports everything of a kind. */
export const exported = async (shop: Shop, kind: string, format?: string): Promise<string> => {
  const id = await startExport(shop, kind, format);
  await shop.drain();
  return (await filesOf(shop, id)).join('');
};

/** The header, and the rows in an order that does not depend on ids. */
export const sorted = (csv: string): string[] => {
  const [header = '', ...rows] = csv.split('\r\n');
  return [header, ...rows.toSorted()];
};

const person = (attributes: object) => ({ data: { type: 'profile', attributes } });

const event = (attributes: object, profile: object, metric = 'Placed Order', service = 'api') => ({
  data: {
    type: 'event',
    attributes: {
      ...attributes,
      metric: { data: { type: 'metric', attributes: { name: metric, service } } },
      profile: { data: { type: 'profile', attributes: profile } },
    },
  },
});

const subscription = (entry: object, list?: string) => ({
  data: {
    type: 'profile-subscription-bulk-create-job',
    attributes: {
      historical_import: true,
      custom_source: 'Fair, 2025; =1+1',
      profiles: { data: [person(entry).data] },
    },
    ...(list && { relationships: { list: { data: { type: 'list', id: list } } } }),
  },
});

const given = (consented_at: string) => ({ marketing: { consent: 'SUBSCRIBED', consented_at } });

export const tricky = {
  formula: '=1+1',
  quoted: "'=1+1",
  inner: 'a;=1+1\nb|-2,@x',
  'text of digits': '0042',
  digits: '12345678901234567890',
  'word true': 'true',
  number: -12.5,
  yes: true,
  nothing: null,
  blank: '',
  spaced: ' a ',
  list: ['a', 1, { b: null }],
  nested: { a: { b: ['=c;=d'] } },
  Email: 'a property',
  OPTIN_TIME: '2025-01-01',
  'Email Marketing Consent': 'no consent',
  'Portal Spam Report': 'yes',
  '=name': 'x',
  ' padded ': 'x',
  'Größe; "M"': 'L, "wide"',
};

/** A shop with whatever is hard to write as CSV. */
export const filledShop = async (): Promise<Shop> => {
  const shop = await startImports();
  const post = async (path: string, body: object) => {
    const { status, body: answer } = await shop.post(path, body);
    if (status >= 300) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const ada = { email: 'ada@example.com', phone_number: '+4930123456', external_id: '007' };
  await post(
    '/api/profiles',
    person({
      ...ada,
      first_name: 'Ada; =1+1',
      last_name: '@Lovelace',
      organization: 'Engines, "Ltd"',
      location: {
        address1: '1 Road\nBack',
        city: 'London',
        zip: '01234',
        country: 'GB',
        latitude: 51.5,
        longitude: '-0.1',
      },
      properties: tricky,
    }),
  );
  await post('/api/profiles', person({ phone_number: '+4930123457', properties: { Size: 3 } }));
  await post('/api/profiles', person({ anonymous_id: 'browser-1' }));
  await post(
    '/api/profile-subscription-bulk-create-jobs',
    subscription(
      {
        email: ada.email,
        phone_number: ada.phone_number,
        subscriptions: { email: given('2024-05-01T10:00:00Z'), sms: given('2024-06-01T10:00:00Z') },
      },
      (await post('/api/lists', { data: { type: 'list', attributes: { name: '=News; @all' } } })).data.id,
    ),
  );
  await post(
    '/api/profile-subscription-bulk-create-jobs',
    subscription({
      email: 'bob@example.com',
      subscriptions: { email: given('2024-05-02T10:00:00Z') },
    }),
  );
  shop.advance(60_000);
  await post('/api/profile-subscription-bulk-delete-jobs', {
    data: {
      type: 'profile-subscription-bulk-delete-job',
      attributes: {
        profiles: {
          data: [
            person({
              email: 'bob@example.com',
              subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } },
            }).data,
          ],
        },
      },
    },
  });
  await post('/api/profile-suppression-bulk-create-jobs', {
    data: {
      type: 'profile-suppression-bulk-create-job',
      attributes: {
        profiles: { data: [person({ email: 'eve@example.com' }).data, person({ email: ada.email }).data] },
      },
    },
  });
  await post(
    '/api/events',
    event(
      {
        time: '2025-05-01T10:00:00.123Z',
        unique_id: '00042',
        value: 12.5,
        value_currency: 'EUR',
        properties: { ...tricky, Date: 'today', 'Lineitem name': 'x', Name: '#1', 'Created at': 'yesterday' },
      },
      ada,
      'Placed; =Order',
      'shop',
    ),
  );
  await post('/api/events', event({ time: '2025-05-02T10:00:00Z', properties: {} }, { phone_number: '+4930123457' }));
  await post('/api/events', event({ time: '2025-05-02T10:00:00Z', properties: {} }, { anonymous_id: 'browser-1' }));
  shop.advance(60_000);
  return shop;
};
