import { beforeAll, describe, expect, test } from 'vitest';
import { attributesOf } from '../../../domains/profiles/people.ts';
import { type Shop, startShop } from './shop.ts';

/**
 * Requests of RudderStack's destinations `klaviyo` (versions v1, v2 and v3, of revisions 2023-02-22, 2024-10-15 and
 * 2026-04-15) and `klaviyo_bulk_upload`, and the fields they use of the responses: shapes from
 * rudderlabs/rudder-transformer, values of our own.
 */
let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});

const json = (revision: string) => ({ 'content-type': 'application/json', accept: 'application/json', revision });
const V1 = json('2023-02-22');
const V2 = json('2024-10-15');
const V3 = json('2026-04-15');

const traits = {
  first_name: 'Mia',
  last_name: 'Berg',
  title: 'Dr',
  organization: 'Berg AG',
  location: {
    city: 'Ulm',
    region: 'BW',
    country: 'DE',
    zip: '89073',
    ip: '192.0.2.9',
    timezone: 'Europe/Berlin',
    address1: 'Weg 1',
  },
};
const meta = { patch_properties: { append: { tags: 'b' }, unappend: { tags: 'a' }, unset: ['size'] } };
test('v1 creates a profile, or updates the one of `duplicate_profile_id`', async () => {
  const body = {
    data: {
      type: 'profile',
      attributes: { email: 'mia@example.com', external_id: 'u1', ...traits, properties: { plan: 'a' } },
    },
  };
  const made = await shop.post('/api/profiles', body, V1);
  expect([made.status, made.body.data.attributes.email]).toEqual([201, 'mia@example.com']);
  const again = await shop.post('/api/profiles', body, V1);
  expect([again.status, again.body.errors[0].meta.duplicate_profile_id]).toEqual([409, made.body.data.id]);
  const changed = {
    data: { ...body.data, id: made.body.data.id, attributes: { ...body.data.attributes, title: 'Prof' } },
  };
  const { status, body: answer } = await shop.send('PATCH', `/api/profiles/${made.body.data.id}`, changed, V1);
  expect([status, answer.data.attributes.title]).toEqual([200, 'Prof']);
});

describe('identify and track of v2 and v3', () => {
  test.each([
    ['v2', V2],
    ['v3', V3],
  ])('%s upserts with meta beside the attributes, empty or not', async (version, headers) => {
    const email = `${version}@example.com`;
    const send = (more: object) =>
      shop.post(
        '/api/profile-import',
        {
          data: {
            type: 'profile',
            attributes: {
              email,
              external_id: version,
              anonymous_id: `anon-${version}`,
              ...traits,
              properties: { tags: ['a'], size: 'M' },
            },
            ...more,
          },
        },
        headers,
      );
    expect((await send({ meta: { patch_properties: {} } })).status).toBe(201);
    const { status, body } = await send({ meta });
    expect([status, body.data.attributes.properties]).toEqual([200, { tags: ['b'] }]);
    // With the id that Klaviyo gave it.
    expect((await send({ id: body.data.id, meta: { patch_properties: {} } })).status).toBe(200);
  });

  test.each([
    ['v2', V2],
    ['v3', V3],
  ])('%s tracks with meta within the attributes, and the id of a message', async (version, headers) => {
    const event = {
      data: {
        type: 'event',
        attributes: {
          unique_id: `message-${version}`,
          metric: { data: { type: 'metric', attributes: { name: `Tracked ${version}` } } },
          profile: {
            data: {
              type: 'profile',
              attributes: {
                email: `t-${version}@example.com`,
                external_id: `t-${version}`,
                anonymous_id: `a-${version}`,
                ...traits,
                properties: { tags: ['a'] },
                meta: { patch_properties: {} },
              },
            },
          },
          properties: { items: [{ sku: 1 }], 'flat.name': true },
          value: 3000,
          value_currency: 'USD',
          time: '2025-12-25T15:32:56.409Z',
        },
      },
    };
    const { status, text } = await shop.post('/api/events', event, headers);
    expect([status, text]).toEqual([202, '']);
    expect((await shop.post('/api/events', event, headers)).status).toBe(202);
    const [{ id }] = (await shop.get(`/api/profiles?filter=equals(external_id,"t-${version}")`)).body.data;
    const { data } = (await shop.get(`/api/events?filter=equals(profile_id,"${id}")`)).body;
    expect(data).toHaveLength(1);
    expect(data[0].attributes.event_properties).toMatchObject({ 'flat.name': true });
    expect((await attributesOf(shop, id)).location).toMatchObject({ city: 'Ulm', address1: 'Weg 1' });
  });
});

test('the bulk upload finds its job, and the failed rows by their input', async () => {
  const people = [
    {
      type: 'profile',
      attributes: { email: 'b1@example.com', anonymous_id: 'b1', location: { city: 'Ulm' }, properties: { plan: 'a' } },
    },
    { type: 'profile', id: 'nobody', attributes: { anonymous_id: 'nobody', first_name: 'No' } },
  ];
  const body = {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: people } },
      relationships: { lists: { data: [{ type: 'list', id: 'news' }] } },
    },
  };
  const { status, body: answer } = await shop.post('/api/profile-bulk-import-jobs', body, V2);
  expect(status).toBe(202);
  await shop.workOff();
  const path = `/api/profile-bulk-import-jobs/${answer.data.id}`;
  expect((await shop.get(`${path}/`)).body.data.attributes).toMatchObject({
    status: 'complete',
    total_count: 2,
    completed_count: 1,
    failed_count: 1,
  });
  const errors = (await shop.get(`${path}/import-errors`)).body.data;
  expect(
    errors.map((one: { attributes: { original_payload: unknown } }) => one.attributes.original_payload),
  ).toMatchObject([people[1]]);
});
