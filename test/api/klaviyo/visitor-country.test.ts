import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

const countryDatabase = fileURLToPath(
  import.meta.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'),
);
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const start = async (settings: object = { countryDatabase }) => {
  const app = await startApp(profiles, { services: { settings } });
  const identify = async (ip: string, attributes: object = {}, query = '&onsite=true') => {
    const body = { data: { type: 'profile', attributes: { email: 'ada@example.com', ...attributes } } };
    const headers = { authorization: '', 'user-agent': browser, 'x-test-ip': ip };
    await app.send('POST', `/client/profiles?company_id=${app.account}${query}`, body, headers);
    return (await app.get('/api/profiles')).body.data[0].attributes.location.country;
  };
  return { ...app, identify };
};

test.each([
  ['8.8.8.8', 'US'],
  ['2a00:1450:4001::1', 'IE'],
  ['10.0.0.1', null],
  ['no address', null],
])('a visitor from %s has the country %s', async (ip, country) => {
  expect(await (await start()).identify(ip)).toBe(country);
});

test('a place that is known is not replaced', async () => {
  const app = await start();
  expect(await app.identify('8.8.8.8', { location: { city: 'Berlin', country: 'DE' } })).toBe('DE');
  expect(await app.identify('8.8.8.8')).toBe('DE');
});

test('nobody is located without the setting, or by calls that come from no website', async () => {
  expect(await (await start({})).identify('8.8.8.8')).toBe(null);
  expect(await (await start()).identify('8.8.8.8', {}, '')).toBe(null);
});
