import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from '../../support/browsers/chromium-path.ts';
import type { Figure } from '../figure.ts';
import { serveSite } from './site.ts';

const RUNS = 9;
/** As slow as a phone of the middle class. */
const CPU_SLOWDOWN = 4;
/** After the load event, for what a script puts off. */
const SETTLE_MS = 1_000;

interface Cost {
  readonly bytes: number;
  readonly requests: number;
  /** Until the load event. */
  readonly loadMs: number;
  /** Of all tasks of the page. */
  readonly cpuMs: number;
  /** Of tasks over 50 ms. */
  readonly longMs: number;
}

const observeLongTasks = `window.long = 0; new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.long += duration;
}).observe({ type: 'longtask', buffered: true });`;

/** Loads a page in a fresh profile: nothing is cached. */
const load = async (browser: Browser, url: string): Promise<Cost> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let [bytes, requests] = [0, 0];
  session.on('Network.requestWillBeSent', () => requests++);
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  for (const method of ['Network.enable', 'Performance.enable'] as const) await session.send(method);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.addInitScript(observeLongTasks);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(SETTLE_MS);
  const { metrics } = await session.send('Performance.getMetrics');
  const [loadMs, longMs] = await page.evaluate<[number, number]>(
    `[performance.getEntriesByType('navigation')[0].loadEventEnd, window.long]`,
  );
  await context.close();
  const cpuMs = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  return { bytes, requests, loadMs, cpuMs, longMs };
};

const units = { bytes: 'bytes', requests: 'requests', loadMs: 'ms', cpuMs: 'ms', longMs: 'ms' } as const;
const costs = ['bytes', 'requests', 'loadMs', 'cpuMs', 'longMs'] as const;

/** Sizes of the scripts, and what each adds to a page load, in turns: the least of several runs is what it costs itself. */
export const onsite = async (): Promise<Figure[]> => {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error('There is no Chromium. On Debian and Ubuntu: sudo apt-get install chromium');
  const site = await serveSite();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const names = ['none', ...site.pages];
    const runs = new Map(names.map((name): [string, Cost[]] => [name, []]));
    for (let run = 0; run < RUNS; run++)
      for (const name of names) runs.get(name)?.push(await load(browser, `${site.origin}/${name}`));
    const costOf = (name: string, cost: keyof Cost) => Math.min(...(runs.get(name) ?? []).map((one) => one[cost]));
    const sizes = site.sizes.flatMap(({ name, ...sizesOf }) =>
      (['raw', 'gzip', 'brotli'] as const).map(
        (size): Figure => ({
          name: `onsite.${name}.${size}`,
          value: sizesOf[size],
          unit: 'bytes',
          better: 'lower',
          ...(name === 'tributary-tracker' && size === 'brotli' && { aim: 6_144 }),
        }),
      ),
    );
    const loads = site.pages.flatMap((name) =>
      costs.map(
        (cost): Figure => ({
          name: `onsite.${name}.load.${cost}`,
          value: costOf(name, cost) - costOf('none', cost),
          unit: `${units[cost]} more`,
          better: 'lower',
        }),
      ),
    );
    return [...sizes, ...loads];
  } finally {
    await browser.close();
    site.stop();
  }
};
