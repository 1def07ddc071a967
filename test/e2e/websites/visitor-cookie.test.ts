import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { DrivenCookie } from '../../support/browsers/browser.ts';
import { installedBrowsers, useBrowser } from '../../support/browsers/installed.ts';
import { serveShop } from '../../support/deployed/shop-site.ts';
import { setVariable } from '../../support/deployed/variables.ts';
import { consent, patient, waitForScript } from '../../support/deployed/visits.ts';

/** Shop and API are one website, as they are behind the shop's own domain. Browsers find such names on this machine. */
const SHOP = 'www.shop.localhost';
const API = 'api.shop.localhost';

/** As Safari does it: what a script sets ends in a week. */
const html = `<script>
const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
Object.defineProperty(document, 'cookie', {
  get,
  set(text) { set.call(document, text.replace(/Max-Age=\\d{6,}/i, 'Max-Age=604800')); },
});
</script>`;

const daysLeft = ({ expires }: DrivenCookie): number => (expires - Date.now() / 1_000) / 86_400;

let shop: Awaited<ReturnType<typeof serveShop>>;
beforeAll(async () => {
  const { apiUrl } = inject('stack');
  const { port } = new URL(apiUrl);
  shop = await serveShop({ html, host: SHOP, api: apiUrl.replace(new URL(apiUrl).host, `${API}:${port}`) });
  await setVariable('onsite', 'WEBSITE_ORIGINS', shop.origin);
});
afterAll(async () => {
  await setVariable('onsite', 'WEBSITE_ORIGINS', undefined);
  shop.stop();
});

describe.each(installedBrowsers)('$name', ({ start }) => {
  const browser = useBrowser(start);

  test('takes the cookie of a visitor from HTTP, for the whole website', async () => {
    const profile = await browser.newProfile();
    const page = await profile.newPage();
    await page.goto(shop.origin);
    await waitForScript(page);
    expect(await profile.cookies(shop.origin)).toEqual([]);
    await page.evaluate(consent);
    const cookie = await vi.waitUntil(
      async () => (await profile.cookies(shop.origin)).find((one) => daysLeft(one) > 8),
      patient,
    );
    expect(await profile.cookies(shop.origin)).toEqual([cookie]);
    expect(daysLeft(cookie)).toBeGreaterThan(300);
    expect(cookie).toMatchObject({
      name: '__tb_id',
      domain: '.shop.localhost',
      secure: true,
      sameSite: expect.stringMatching(/^lax$/i),
    });
    const cid = `JSON.parse(atob(/__tb_id=([^;]+)/.exec(document.cookie)[1])).cid`;
    const before = await page.evaluate(cid);
    await page.reload();
    await waitForScript(page);
    await page.evaluate(consent);
    expect(await page.evaluate(cid)).toBe(before);
    await profile.close();
  });

  test('gets none for a page of an origin that the deployment does not name', async () => {
    const foreign = await serveShop({ html, host: 'www.foreign.localhost', api: shop.api });
    const profile = await browser.newProfile();
    const page = await profile.newPage();
    await page.goto(foreign.origin);
    await waitForScript(page);
    await page.evaluate(consent);
    await vi.waitUntil(async () => (await profile.cookies(foreign.origin)).length > 0, patient);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await profile.cookies(foreign.origin)).map((one) => Math.round(daysLeft(one)))).toEqual([7]);
    expect(await profile.cookies(shop.api)).toEqual([]);
    await profile.close();
    foreign.stop();
  });
});
