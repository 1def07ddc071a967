import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { listItemsOfCategory } from '../../../functions/domains/catalog/listing.ts';
import { createFeed } from '../../../functions/domains/feeds/actions.ts';
import { syncJob } from '../../../functions/domains/feeds/sync/job.ts';
import { startSync } from '../../../functions/domains/feeds/sync/start.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { openLazyPool } from '../../../functions/platform/table/client/transport/lazy-pool.ts';
import type { TransportFactory } from '../../../functions/platform/table/client/transport/transport.ts';
import { BUCKET, servicesAt, startCloud } from '../cloud/start.ts';
import { cpuMs, type Figure, leastInTurns } from '../figure.ts';
import { productLine, writeFeedFile } from './feed-file.ts';

const FEW = 1_000;
const PAGES = 40;
const PAGE = 100;
const ROUNDS = 4;

/** Syncs a feed of so many products three times, and lists them: new, all unchanged, and with every hundredth changed. */
export const catalogFigures = async (items: number): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const cloud = await startCloud(folder, { delayMs: 0 });
  try {
    const shop = await openShop(folder, cloud.endpoint);
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const first = await shop.sync(items, () => 10);
    const same = await shop.sync(items, () => 10);
    const hundredth = await shop.sync(items, (i) => (i % 100 === 0 ? 11 : 10));
    clearInterval(watch);
    const parsing = await parsingMs(items);
    const [all, few] = await leastInTurns(ROUNDS, [() => shop.pageMs('All'), () => shop.pageMs('Few')]);
    const rate = (name: string, { ms }: { readonly ms: number }): Figure => ({
      name: `catalog.sync.${name}`,
      value: (items / ms) * 1_000,
      unit: 'items/CPU-s',
      better: 'higher',
    });
    const lower = 'lower' as const;
    return [
      { name: 'catalog.items', value: items, unit: 'each with a variant', better: 'higher' },
      rate('created', first),
      rate('unchanged', same),
      rate('hundredth', hundredth),
      { name: 'catalog.sync.floor', value: same.ms / parsing, unit: '× JSON.parse, unchanged', better: lower },
      { name: 'catalog.sync.writes', value: same.written, unit: 'of all unchanged items', better: lower, aim: 0 },
      { name: 'catalog.sync.memory', value: (peak - before) / 1024 / 1024, unit: 'MB above start', better: lower },
      { name: 'catalog.page', value: all, unit: 'CPU ms for 100 items', better: lower },
      { name: 'catalog.page.ofAll', value: all / few, unit: '× a page of 1,000 items', better: lower, aim: 1.5 },
    ];
  } finally {
    cloud.stop();
    rmSync(folder, { recursive: true });
  }
};

/** Items of the catalog, and what belongs to them: not the job that writes them. */
const ofCatalog = /#(ITEM|VARIANT|CATEGORY)#/;

const openShop = async (folder: string, endpoint: string) => {
  let written = 0;
  const counting: TransportFactory = (...args) => {
    const send = openLazyPool(...args);
    return (headers, body) => {
      const isWrite = !/_20120810\.(Get|BatchGet|Query)/.test(headers.join());
      if (isWrite && ofCatalog.test(body.toString())) written += 1;
      return send(headers, body);
    };
  };
  const services: Services = { ...servicesAt(endpoint, counting), queue: () => ({ send: async () => {} }) };
  const { id: account } = await createAccount({ name: 'Bench' }, services);
  const context = { ...services, account };
  const key = `catalog-feeds/${account}/files/products.json`;
  const path = join(folder, BUCKET, 'products.json');
  mkdirSync(dirname(path), { recursive: true });
  const source = { kind: 'file', key } as const;
  const schedule = { enabled: false, everyHours: 6, graceHours: 24, maxMissing: 30 };
  const feed = await createFeed({ name: 'Products', source, ...schedule }, context);
  let syncs = 0;

  const sync = async (items: number, priceOf: (i: number) => number) => {
    await writeFeedFile(path, { items, few: FEW, at: syncs++, priceOf });
    await services.imports().copy({ key: 'products.json' }, key);
    const { id } = (await startSync({ feed: feed.id }, context)).sync;
    written = 0;
    const ms = await cpuMs(async () => {
      for (let runs = 0; runs < 100; runs++) {
        await syncJob.handle({ account, id }, services, { remainingMs: () => 900_000 });
        const { status } = await syncJob.get({ account, id }, services);
        if (status !== 'queued' && status !== 'processing') return;
      }
    });
    const { status, counts, error } = await syncJob.get({ account, id }, services);
    if (status !== 'complete' || counts.failed > 0 || counts.rows !== items)
      throw new Error(`The sync is ${status}: ${error} ${JSON.stringify(counts)}`);
    return { ms, written };
  };

  /** Of pages one after another, from the first. */
  const pageMs = async (category: 'All' | 'Few'): Promise<number> => {
    let read = 0;
    const ms = await cpuMs(async () => {
      for (let pages = 0; pages < PAGES; ) {
        let cursor: string | undefined;
        do {
          const request = { size: PAGE, descending: false, ...(cursor !== undefined && { cursor }) };
          const { items, next } = await listItemsOfCategory(category, request, context);
          read += items.length;
          pages += 1;
          cursor = next;
        } while (cursor !== undefined && pages < PAGES);
      }
    });
    if (read !== PAGES * PAGE) throw new Error(`${category} has ${read} items on ${PAGES} pages.`);
    return ms / PAGES;
  };
  return { sync, pageMs };
};

const SAMPLE = 20_000;

/** Milliseconds to parse the products alone, which nobody can save who reads such a feed. */
const parsingMs = async (items: number): Promise<number> => {
  const lines = Array.from({ length: SAMPLE }, (_, i) => productLine(i, { few: FEW, priceOf: () => 10 }));
  const [ms] = await leastInTurns(ROUNDS, [() => cpuMs(async () => lines.map((line) => JSON.parse(line)))]);
  return (ms / SAMPLE) * items;
};
