import { beforeAll, describe, expect, test } from 'vitest';
import { type Shop, startShop } from './shop.ts';

/** Subscriptions as RudderStack's destination sends them: see rudderstack.test.ts. */
let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  const attributes = { opt_in_process: 'single_opt_in' };
  await shop.send('PATCH', '/api/lists/news', { data: { type: 'list', id: 'news', attributes } });
});

const json = (revision: string) => ({ 'content-type': 'application/json', accept: 'application/json', revision });
const V1 = json('2023-02-22');
const V2 = json('2024-10-15');
const V3 = json('2026-04-15');

const list = (id: string) => ({ list: { data: { type: 'list', id } } });
const job = (kind: string, profiles: readonly object[], id = 'news') => ({
  data: {
    type: `profile-subscription-bulk-${kind}-job`,
    attributes: { profiles: { data: profiles } },
    relationships: list(id),
  },
});
const consentOf = async (email: string) => {
  const query = `filter=equals(email,"${email}")&additional-fields[profile]=subscriptions`;
  return (await shop.get(`/api/profiles?${query}`)).body.data[0]?.attributes.subscriptions;
};

describe('subscribing and unsubscribing', () => {
  const channels = (consent: string) => ({ email: { marketing: { consent } }, sms: { marketing: { consent } } });

  test('v3 names the channels', async () => {
    const people = (consent: string) => [
      {
        type: 'profile',
        attributes: { email: 'v3s@example.com', phone_number: '+4930555001', subscriptions: channels(consent) },
      },
    ];
    const subscribed = await shop.post(
      '/api/profile-subscription-bulk-create-jobs',
      job('create', people('SUBSCRIBED')),
      V3,
    );
    expect([subscribed.status, subscribed.text]).toEqual([202, '']);
    expect(await consentOf('v3s@example.com')).toMatchObject({
      email: { marketing: { consent: 'SUBSCRIBED' } },
      sms: { marketing: { consent: 'SUBSCRIBED' } },
    });
    const left = await shop.post(
      '/api/profile-subscription-bulk-delete-jobs',
      job('delete', people('UNSUBSCRIBED'), 'weekly'),
      V3,
    );
    expect([left.status, left.text]).toEqual([202, '']);
    expect(await consentOf('v3s@example.com')).toMatchObject({
      email: { marketing: { consent: 'UNSUBSCRIBED' } },
      sms: { marketing: { consent: 'UNSUBSCRIBED' } },
    });
  });

  test('v2 unsubscribes the channels of the given addresses', async () => {
    const subscribed = [
      {
        type: 'profile',
        attributes: { email: 'v2s@example.com', phone_number: '+4930555002', subscriptions: channels('SUBSCRIBED') },
      },
    ];
    await shop.post('/api/profile-subscription-bulk-create-jobs', job('create', subscribed), V2);
    const people = [{ type: 'profile', attributes: { email: 'v2s@example.com' } }];
    const { status, body } = await shop.post(
      '/api/profile-subscription-bulk-delete-jobs',
      job('delete', people, 'weekly'),
      V2,
    );
    expect([status, body]).toEqual([202, undefined]);
    expect(await consentOf('v2s@example.com')).toMatchObject({
      email: { marketing: { consent: 'UNSUBSCRIBED' } },
      sms: { marketing: { consent: 'SUBSCRIBED' } },
    });
  });

  test.each([
    [
      'v2 without channels',
      job('create', [{ type: 'profile', attributes: { email: 'x@example.com' } }]),
      V2,
      '/data/attributes/profiles/data/0/attributes/subscriptions',
    ],
    [
      'v1',
      {
        data: {
          type: 'profile-subscription-bulk-create-job',
          attributes: {
            list_id: 'news',
            subscriptions: [{ email: 'x@example.com', channels: { email: ['MARKETING'] } }],
          },
        },
      },
      V1,
      '/data/attributes/list_id',
    ],
    [
      'an unknown list',
      job(
        'create',
        [
          {
            type: 'profile',
            attributes: { email: 'x@example.com', subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } } },
          },
        ],
        'none',
      ),
      V3,
      '/data/relationships/list/data/id',
    ],
  ])('subscribes no one beyond the request: %s', async (_, body, headers, pointer) => {
    const { status, body: answer } = await shop.post('/api/profile-subscription-bulk-create-jobs', body, headers);
    expect([status, answer.errors.map((one: { source: { pointer: string } }) => one.source.pointer)]).toEqual([
      400,
      expect.arrayContaining([pointer]),
    ]);
    expect(await consentOf('x@example.com')).toBeUndefined();
  });
});
