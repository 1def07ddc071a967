import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DrivenPage, DrivenProfile } from '../../support/browsers/browser.ts';
import { installedBrowsers, useBrowser } from '../../support/browsers/installed.ts';
import { admin } from '../../support/deployed/admin.ts';
import { profileOf } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';
import { redeploy } from '../../support/deployed/redeploy.ts';
import { serveShop } from '../../support/deployed/shop-site.ts';
import {
  allNumbersOf,
  consent,
  eventsOf,
  identify,
  numbersIn,
  patient,
  track,
  waitForScript,
} from '../../support/deployed/visits.ts';

let shop: Awaited<ReturnType<typeof serveShop>>;
beforeAll(async () => {
  shop = await serveShop();
  await admin('accounts', 'set', 'anonymousBackfill=on');
  await redeploy('onsite');
});
afterAll(async () => {
  shop.stop();
  await admin('accounts', 'set', 'anonymousBackfill=off');
});

const open = async (profile: DrivenProfile, path = '/'): Promise<DrivenPage> => {
  const page = await profile.newPage();
  await page.goto(shop.origin + path);
  await waitForScript(page);
  return page;
};
describe.each(installedBrowsers)('$name', ({ start, canGoOffline }) => {
  const browser = useBrowser(start);
  let profile: DrivenProfile;
  const fresh = async () => {
    profile = await browser.newProfile();
    return profile;
  };

  test('stores and sends nothing before consent, and then what happened before', async () => {
    const email = somebody();
    const page = await open(await fresh());
    await page.evaluate(`void ${track(1)}`);
    await page.evaluate(`void ${identify(email)}`);
    const stored = () => page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await stored()).toBe(0);
    expect(await profileOf(email)).toBeUndefined();

    await page.evaluate(consent);
    await page.evaluate(track(2));
    expect(numbersIn(await eventsOf(email, 3))).toEqual([1, 2]);
    await profile.close();
  });

  test('sends what an anonymous visitor did once they say who they are, with its own time, marked as backfilled', async () => {
    const email = somebody();
    const page = await open(await fresh());
    await page.evaluate(consent);
    const before = Date.now();
    await page.evaluate(track(1));
    await page.reload();
    await waitForScript(page);
    await page.evaluate(consent);
    await page.evaluate(track(2));
    expect(await page.evaluate('tributary.isIdentified()')).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 2_000));

    expect(await page.evaluate(identify(email))).toBe(true);
    const events = await eventsOf(email, 4);
    expect(numbersIn(events)).toEqual([1, 2]);
    expect(events.map(({ attributes }) => attributes.backfill)).toEqual([true, true, true, true]);
    for (const { attributes } of events)
      expect(Math.abs(Date.parse(attributes.datetime) - before)).toBeLessThan(60_000);
    expect(await page.evaluate('tributary.isIdentified()')).toBe(true);
    await profile.close();
  });

  test('loses and doubles nothing when the page is reloaded in the middle of a backfill', async () => {
    const email = somebody();
    const page = await open(await fresh());
    await page.evaluate(consent);
    const count = 1_200;
    await page.evaluate(
      `Promise.all(Array.from({ length: ${count} }, (_, n) => tributary.track('Viewed Page', { n })))`,
    );
    await page.evaluate(`void ${identify(email)}`);
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 150 + 200 * i));
      await page.reload();
      await waitForScript(page);
      await page.evaluate(consent);
    }
    await eventsOf(email, 900);
    const keys = "Object.keys(localStorage).filter((key) => key.includes('e:')).length";
    await vi.waitUntil(async () => (await page.evaluate(keys)) === 0, patient);
    const { id } = await profileOf(email);
    const all = await allNumbersOf(id);
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
    await profile.close();
  });

  test('sends each event of two tabs once, and gives none to the next person of the device', async () => {
    const [first, second] = [somebody(), somebody()];
    const one = await open(await fresh());
    const two = await open(profile, '/other');
    for (const page of [one, two]) await page.evaluate(consent);
    await Promise.all([one.evaluate(track(1)), two.evaluate(track(2))]);
    await Promise.all([one.evaluate(identify(first)), two.evaluate(identify(first))]);
    await Promise.all([one.evaluate(track(3)), two.evaluate(track(4))]);
    await one.evaluate(identify(second));
    await two.evaluate(track(5));
    expect(numbersIn(await eventsOf(first, 6)).toSorted()).toEqual([1, 2, 3, 4]);
    expect(numbersIn(await eventsOf(second, 1))).toEqual([5]);
    await profile.close();
  });

  test('keeps no personal data in the cookie, which is Lax and lasts', async () => {
    const email = somebody();
    const page = await open(await fresh());
    await page.evaluate(consent);
    await page.evaluate(identify(email));
    const [cookie] = await profile.cookies(shop.origin);
    expect(cookie).toMatchObject({ name: '__tb_id', sameSite: expect.stringMatching(/^lax$/i) });
    expect(Number(cookie?.expires) - Date.now() / 1_000).toBeGreaterThan(300 * 86_400);
    const content = Buffer.from(cookie?.value ?? '', 'base64').toString();
    expect(content).toContain('$exchange_id');
    expect(content + (await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })'))).not.toContain(
      email,
    );

    await page.evaluate('tributary.consent({ analytics: false, marketing: false })');
    expect(await profile.cookies(shop.origin)).toEqual([]);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await profile.close();
  });

  test('a token of another account in a link does nothing, and leaves the address bar', async () => {
    const page = await open(await fresh(), '/?_kx=abcdefgh.eyJwIjoieCJ9.AAAAAAAAAAAAAAAAAAAAAA.ZZZZZZ&color=red');
    await page.evaluate(consent);
    expect(await page.evaluate('location.search')).toBe('?color=red');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await page.evaluate('tributary.isIdentified()')).toBe(false);
    await profile.close();
  });

  if (canGoOffline)
    test('keeps events while the network is away, and sends them when it is back', async () => {
      const email = somebody();
      const page = await open(await fresh());
      await page.evaluate(consent);
      await page.evaluate(identify(email));
      await profile.setOffline?.(true);
      await page.evaluate(`void ${track(1)}, void ${track(2)}`);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(numbersIn(await eventsOf(email, 1))).toEqual([]);
      await profile.setOffline?.(false);
      await page.evaluate("dispatchEvent(new Event('online'))");
      // Both can be of one millisecond.
      expect(numbersIn(await eventsOf(email, 3)).toSorted()).toEqual([1, 2]);
      await profile.close();
    });

  test('works where the storage of the website is full', async () => {
    const email = somebody();
    const page = await open(await fresh());
    await page.evaluate(`(() => {
      let text = 'x'.repeat(1_000_000);
      for (let n = 0; text !== ''; n++)
        try { localStorage.setItem('shop' + n, text); } catch { text = text.slice(text.length / 2 + 1); }
    })()`);
    await page.evaluate(consent);
    await page.evaluate(track(1));
    await page.evaluate(identify(email));
    await page.evaluate(track(2));
    expect(numbersIn(await eventsOf(email, 2))).toContain(2);
    await profile.close();
  });
});
