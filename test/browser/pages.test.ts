import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPageLinks } from '../../functions/api/pages/preferences.ts';
import { readSharingConsent, readSubscriptions } from '../../functions/domains/consent/actions.ts';
import { applyGpc } from '../../functions/domains/consent/gpc.ts';
import { changeList, joinList } from '../../functions/domains/lists/actions.ts';
import { linkIn } from '../api/pages/visit.ts';
import { personWith } from '../domains/consent/people.ts';
import { openBrowser, openTab, serveSite, wrongIn } from './open.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const email = 'ada@example.com';
const double = { optInProcess: 'double_opt_in' } as const;
const pathOf = (url: string) => new URL(url).pathname;

test('a person without scripts subscribes by keyboard, confirms by mail, changes their choices and unsubscribes', async () => {
  const site = await serveSite(double);
  const { page, cookies } = await openTab(browser, site, { javaScriptEnabled: false });
  await page.goto(`/pages/subscribe/${site.account}`);
  await page.keyboard.press('Tab');
  await page.keyboard.type(email);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Check your mailbox' }).waitFor();

  await site.deliver();
  const [mail] = (await site.mailsTo(email)).slice(-1);
  await page.goto(linkIn(mail?.BodyText ?? '', 'confirm'));
  await page.getByRole('button', { name: 'Yes, subscribe me' }).click();
  await page.getByRole('heading', { name: 'You are subscribed' }).waitFor();

  const context = site.context();
  const ada = await personWith({ email }, context);
  const consent = async () => (await readSubscriptions(ada, context)).email.marketing.consent;
  expect(await consent()).toBe('SUBSCRIBED');

  await joinList({ listId: 'news', profileId: ada.id, at: new Date() }, context);
  const { preferences_url, unsubscribe_url } = await createPageLinks({ profileId: ada.id, listId: 'news' }, context);
  await page.goto(pathOf(preferences_url));
  await page.getByLabel('News by e-mail').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Your preferences are saved' }).waitFor();
  expect(await consent()).toBe('UNSUBSCRIBED');

  await page.goto(pathOf(preferences_url));
  await page.getByLabel('News by e-mail').check();
  await page.getByRole('button', { name: 'Save' }).click();
  expect(await consent()).toBe('SUBSCRIBED');

  await page.goto(pathOf(unsubscribe_url));
  expect(await consent()).toBe('SUBSCRIBED');
  await page.getByRole('button', { name: 'Unsubscribe' }).click();
  await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
  expect(await consent()).toBe('UNSUBSCRIBED');
  expect(await cookies()).toEqual([]);
  site.stop();
});

test('a person with Global Privacy Control reads so on a phone, and allows sharing despite it', async () => {
  const site = await serveSite({});
  const context = site.context();
  const ada = await personWith({ email }, context);
  const { preferences_url } = await createPageLinks({ profileId: ada.id }, context);
  const shared = async () => (await readSharingConsent(ada, context))?.status;
  const look = { locale: 'de', colorScheme: 'dark', viewport: phone } as const;
  const { page, close } = await openTab(browser, site, { ...look, extraHTTPHeaders: { 'Sec-GPC': '1' } });
  const box = page.getByLabel('Meine Daten dürfen an andere weitergegeben werden');

  await page.goto(pathOf(preferences_url));
  await page.getByText('Dein Browser bittet uns').waitFor();
  expect(await box.isChecked()).toBe(false);
  expect(await shared()).toBeUndefined();
  await page.getByRole('button', { name: 'Speichern' }).click();
  expect(await shared()).toBe('UNSUBSCRIBED');

  await page.goto(pathOf(preferences_url));
  await box.check();
  expect(await wrongIn(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await shoot(page, 'preferences-gpc-de-dark-360');
  await page.getByRole('button', { name: 'Speichern' }).click();
  expect(await shared()).toBe('SUBSCRIBED');
  await page.goto(pathOf(preferences_url));
  expect(await box.isChecked()).toBe(true);
  await close();
  site.stop();
});

test('every control of a page is reachable by keyboard, in order, with visible focus', async () => {
  const site = await serveSite({ pageFooter: 'Privacy: https://shop.example/privacy' });
  const context = site.context();
  const ada = await personWith({ email }, context);
  await joinList({ listId: 'news', profileId: ada.id, at: new Date() }, context);
  await site.form(`/pages/subscribe/${site.account}`, { email });
  const { preferences_url, unsubscribe_url } = await createPageLinks({ profileId: ada.id, listId: 'news' }, context);
  const { page, close } = await openTab(browser, site, { viewport: phone });
  /** The focused element after each tab, and whether it or its row has a focus ring. */
  const walk = async (path: string): Promise<unknown[]> => {
    await page.goto(path);
    const stops: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(`(() => {
        const at = document.activeElement;
        if (at === document.body) return undefined;
        const ring = [at, at.closest('label') ?? at].some((one) => getComputedStyle(one).outlineStyle === 'solid');
        return [at.value && at.type === 'checkbox' ? at.value : at.textContent.trim(), ring];
      })()`);
      if (stop === undefined) break;
      stops.push(stop);
    }
    return stops;
  };
  const footer = ['https://shop.example/privacy', true];
  expect(await walk(pathOf(preferences_url))).toEqual([
    ['email#marketing', true],
    ['news', true],
    ['Save', true],
    ['Unsubscribe from everything', true],
    footer,
  ]);
  expect(await walk(pathOf(unsubscribe_url))).toEqual([
    ['Unsubscribe', true],
    ['Only from this list: news', true],
    ['Manage your preferences', true],
    footer,
  ]);
  await page.goto(pathOf(unsubscribe_url));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your preferences' }).waitFor();
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
  expect(await page.getByLabel('news', { exact: true }).isChecked()).toBe(false);
  await close();
  site.stop();
});

const shots = process.env.SCREENSHOTS;
const shoot = async (page: Page, name: string) => {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
};

const phone = { width: 360, height: 640 };
const desktop = { width: 1_280, height: 800 };
const looks = [
  { locale: 'en', colorScheme: 'light', viewport: phone, color: '#ffd400' },
  { locale: 'de', colorScheme: 'dark', viewport: phone, color: '#1f4fd8' },
  { locale: 'de', colorScheme: 'light', viewport: desktop, color: '#7f7f7f' },
  { locale: 'en', colorScheme: 'dark', viewport: desktop, color: '#0b0b0b' },
] as const;

test.each(looks)(
  'pages are accessible and fit: $locale, $colorScheme, $viewport.width wide, $color',
  async ({ color, ...look }) => {
    const site = await serveSite({
      ...double,
      pageColor: color,
      pageFooter:
        'Example Shop GmbH, Musterstraße 1, Berlin\nPrivacy: https://shop.example/privacy, hello@shop.example',
    });
    const context = site.context();
    const person = await personWith({ email, phone_number: '+4930123456' }, context);
    await joinList(
      {
        listId: 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz',
        profileId: person.id,
        at: new Date(),
      },
      context,
    );
    await applyGpc(new Map([[person.id, { gpc: true }]]), context, context);
    const links = await createPageLinks({ profileId: person.id, listId: 'news' }, context);
    await site.form(`/pages/subscribe/${site.account}`, { email: `${look.locale}@example.com` });
    await site.deliver();
    const [mail] = (await site.mailsTo(`${look.locale}@example.com`)).slice(-1);
    const subscribe = `/pages/subscribe/${site.account}`;
    await changeList('news', { name: 'Autumn & winter news' }, context);
    const pages = {
      subscribe,
      confirm: linkIn(mail?.BodyText ?? '', 'confirm'),
      preferences: pathOf(links.preferences_url),
      unsubscribe: pathOf(links.unsubscribe_url),
      invalid: `/pages/confirm/${site.account}/nothing`,
      'subscribe-list': `${subscribe}/news`,
      nowhere: `${subscribe}/nothing`,
      nobody: '/pages/subscribe/nobody',
    };

    const { page, troubles, close } = await openTab(browser, site, look);
    const check = async (name: string) => {
      expect(await page.locator('html').getAttribute('lang')).toBe(look.locale);
      expect(await wrongIn(page), name).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${name} fits`).toBe(true);
      await shoot(page, `${name}-${look.locale}-${look.colorScheme}-${look.viewport.width}`);
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await check(name);
    }
    await page.goto(subscribe);
    await page.getByRole('textbox').fill('ada@example');
    await page.getByRole('button').click();
    await page.getByRole('alert').waitFor();
    await check('subscribe-wrong');
    for (const name of ['confirm', 'preferences', 'unsubscribe'] as const) {
      await page.goto(pages[name]);
      await page.getByRole('button').first().click();
      await check(`${name}-done`);
    }
    // The browser's messages about error pages, and no others.
    expect(troubles.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
    await close();
    site.stop();
  },
);
