import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const drop = (app: Awaited<ReturnType<typeof startImports>>, kind: 'profiles' | 'events') => {
  const name = `klaviyo-sftp-${kind}.csv`;
  return app.drop(`${kind}/${name}`, readFileSync(join(import.meta.dirname, '../fixtures', name)));
};

test("files for Klaviyo's SFTP become profiles and events by its fixed names, without a mapping", async () => {
  const app = await startImports();

  const { attributes } = await drop(app, 'profiles');
  expect(attributes).toMatchObject({ status: 'complete', created_count: 2, failed_count: 1 });
  expect((await app.profile('hedy@example.com')).attributes).toMatchObject({
    phone_number: '+43159900',
    external_id: 'H-1',
    first_name: 'Hedy',
    last_name: 'Lamarr',
    organization: 'Film',
    title: 'Inventor',
    image: 'https://example.com/h.png',
    location: {
      address1: 'Ring 1',
      address2: 'Top 2',
      city: 'Wien',
      region: 'W',
      country: 'Austria',
      zip: '1010',
      latitude: 48.2,
      longitude: 16.37,
      timezone: 'Europe/Vienna',
    },
    properties: { FavoriteColor: ['red', 'gold'] },
  });

  const events = await drop(app, 'events');
  expect(events.attributes).toMatchObject({ total_count: 2, created_count: 1, failed_count: 1 });
  expect(await app.report('events/klaviyo-sftp-events.errors.csv')).toContain('1942-08-11');
  expect((await app.get('/api/events')).body.data).toMatchObject([
    { attributes: { event_properties: { $value: 12.5, $event_id: 'B-1', Item: 'Radio' } } },
  ]);
  const { body } = await app.get('/api/metrics');
  expect(body.data.map((one: { attributes: { name: string } }) => one.attributes.name)).toEqual(['Bought in Store']);
});
