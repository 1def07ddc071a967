import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { DrivenPage, DrivenProfile } from '../../support/browsers/browser.ts';
import { installedBrowsers, useBrowser } from '../../support/browsers/installed.ts';
import { admin } from '../../support/deployed/admin.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';
import { redeploy } from '../../support/deployed/redeploy.ts';
import { serveShop } from '../../support/deployed/shop-site.ts';
import { consent, eventsOf, identify, numbersIn, track, waitForScript } from '../../support/deployed/visits.ts';

let shop: Awaited<ReturnType<typeof serveShop>>;
beforeAll(async () => {
  shop = await serveShop();
  // What is done before identification is then not sent, so that the number of events is known.
  await admin('accounts', 'set', 'anonymousBackfill=off');
  await redeploy('onsite');
});
afterAll(() => shop.stop());

describe.each(installedBrowsers)('$name', ({ start, keepsPages }) => {
  const browser = useBrowser(start);
  let profile: DrivenProfile;
  const open = async (site = shop, path = '/'): Promise<DrivenPage> => {
    profile = await browser.newProfile();
    const page = await profile.newPage();
    await page.goto(site.origin + path);
    if (!path.startsWith('/plain')) await waitForScript(page);
    return page;
  };

  test('works in a frame of another website, whose page it does not touch', async () => {
    const email = somebody();
    // Another site than that of the shop.
    const page = await open({ ...shop, origin: shop.origin.replace('localhost', '127.0.0.1') }, '/plain');
    await page.evaluate(`new Promise((done) => {
      addEventListener('message', ({ data }) => done(data));
      const frame = document.createElement('iframe');
      frame.src = ${JSON.stringify(`${shop.origin}/framed?email=`)} + ${JSON.stringify(email)};
      document.body.append(frame);
    })`);
    expect(numbersIn(await eventsOf(email, 1))).toEqual([1]);
    expect(await page.evaluate('[typeof window.tributary, localStorage.length, document.cookie]')).toEqual([
      'undefined',
      0,
      '',
    ]);
    await profile.close();
  });

  test('is active on each path of a single-page application, once', async () => {
    const email = somebody();
    const page = await open();
    await page.evaluate(consent);
    await page.evaluate(identify(email));
    await page.reload();
    await waitForScript(page);
    await page.evaluate(consent);
    await page.evaluate("history.pushState({}, '', '/a'); history.replaceState({}, '', '/a?page=2')");
    await page.evaluate("history.pushState({}, '', '/b')");
    const pages = async () =>
      (await eventsOf(email, 3)).map(({ attributes }) => attributes.event_properties.page).filter(Boolean);
    expect(await pages()).toEqual(['/', '/a', '/b'].map((path) => shop.origin + path));
    await profile.close();
  });

  if (keepsPages)
    test('is active again on a page that the browser kept, and stays with its person', async () => {
      // Browsers keep no page that forbids to store it.
      const kept = await serveShop({ headers: { 'cache-control': 'no-cache' } });
      const email = somebody();
      const page = await open(kept);
      await page.evaluate(consent);
      await page.evaluate(identify(email));
      // Drivers lose sight of pages that come back: the pages go and come back by themselves. Chromium keeps pages that
      // are left for another site.
      await page.evaluate(`void addEventListener('pageshow', ({ persisted }) => {
      if (persisted) tributary.track('Viewed Page', { n: 1 });
    }), void setTimeout(() => {
      location.href = '${kept.origin.replace('localhost', '127.0.0.1')}/plain/away';
    }, 500)`);
      expect(numbersIn(await eventsOf(email, 2))).toEqual([1]);
      await profile.close();
      kept.stop();
    });

  test('works where the page may store nothing', async () => {
    const email = somebody();
    const page = await open(shop, '/plain');
    // A frame without an origin: storage, cookies and locks throw.
    await page.evaluate(`new Promise((done) => {
      addEventListener('message', ({ data }) => done(data));
      const frame = document.createElement('iframe');
      frame.sandbox = 'allow-scripts';
      frame.src = ${JSON.stringify(`${shop.origin}/framed?email=`)} + ${JSON.stringify(email)};
      document.body.append(frame);
    })`);
    expect(numbersIn(await eventsOf(email, 1))).toEqual([1]);
    await profile.close();
  });

  test('a page may forbid everything that its policy does not name', async () => {
    const { apiUrl } = inject('stack');
    const strict = await serveShop({
      headers: {
        'content-security-policy': `default-src 'none'; script-src ${apiUrl}; connect-src ${apiUrl}; require-trusted-types-for 'script'; trusted-types tributary`,
      },
    });
    const email = somebody();
    const page = await open(strict);
    await page.evaluate(consent);
    await page.evaluate(identify(email));
    await page.evaluate(track(1));
    expect(numbersIn(await eventsOf(email, 1))).toEqual([1]);
    await profile.close();
    strict.stop();
  });
});
