import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, wrongIn } from '../open.ts';
import { samples } from './samples.ts';
import { openShop } from './shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const shots = process.env.SCREENSHOTS;
const shoot = async (page: Page, name: string) => {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.jpg`), type: 'jpeg', quality: 70, animations: 'disabled' });
};

const paragraph =
  'Our garden lies at 1,800 m. The leaves are picked by hand from March to November, and reach the shop within three weeks.';
/** A page that has dark colors, and says so. */
const html = (
  ids: Readonly<Record<string, string>>,
) => `<style>:root{color-scheme:light dark;font-family:Georgia,serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.6}
@media(prefers-color-scheme:dark){body{background:#101215;color:#e8e8ee}}</style>
<main><h1>The tea garden</h1><p>${paragraph}</p><div data-tributary-form="${ids.embed}"></div>${`<p>${paragraph}</p>`.repeat(4)}</main>`;

const phone = { width: 360, height: 740 };
const desktop = { width: 1_280, height: 800 };
const looks = [phone, desktop].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

test.each(looks)('all forms fit and are accessible: $viewport.width wide, $colorScheme', async (look) => {
  for (const [type, version] of Object.entries(samples)) {
    const shop = await openShop(browser, {
      forms: { [type]: version },
      html,
      context: { ...look, reducedMotion: 'reduce' },
    });
    const page = await shop.open();
    const send = page.getByRole('button', { name: 'Subscribe' });
    await send.waitFor();
    const check = async (name: string) => {
      expect(await wrongIn(page), name).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${name} fits`).toBe(true);
      if (!/wrong/.test(name) || type === 'popup')
        await shoot(page, `${name}-${look.colorScheme}-${look.viewport.width}`);
    };
    await check(type);
    await send.click();
    await page.getByText('Please fill in this field.').first().waitFor();
    await check(`${type}-wrong`);
    if (type === 'flyout') {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: '10% off' }).waitFor();
      await check('teaser');
    }
    await shop.close();
  }
});
