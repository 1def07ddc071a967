import { expect, test } from 'vitest';
import { catalogItems, catalogVariants } from '../../../functions/domains/catalog/records/store.ts';
import type { FeedInput } from '../../../functions/domains/feeds/actions.ts';
import { sftpSource } from '../../../functions/domains/feeds/records/sftp-source.ts';
import { generator } from '../../support/random.ts';
import { sftpPassword, startSftpServer } from '../../support/servers/sftp-server.ts';
import { killedAt } from './killed-at.ts';
import { productsFeed, startFeeds } from './start.ts';

const before = productsFeed(130);
const after = productsFeed(140, (i) =>
  i % 7 === 0 ? undefined : i % 5 === 0 ? { price: 1 } : i % 11 === 0 ? { price: 'odd' } : {},
);

const resultOf = async (shop: Shop, sync: string) => {
  const { status, counts, errors } = (await shop.stored(sync)) ?? {};
  const ids = Array.from({ length: 140 }, (_, i) => ({ account: shop.account, id: `p${i}` }));
  const stored = [
    ...(await shop.table.getMany(catalogItems, ids)),
    ...(await shop.table.getMany(catalogVariants, ids)),
  ].map((one) => one && { id: one.id, price: one.price, published: one.published, rev: one.rev });
  return { status, counts, errors, stored };
};

type Shop = Awaited<ReturnType<typeof startFeeds>>;
interface Served {
  readonly input: Partial<FeedInput>;
  readonly serve: (body: string) => void;
}

const byUrl = async ({ server }: Shop): Promise<Served> => ({ input: {}, serve: (body) => server.serve(body) });

const bySftp = async (): Promise<Served> => {
  const server = await startSftpServer();
  const source = sftpSource(server.location('/feed.json'), server.hostKey());
  const input = { source, credentials: { kind: 'password', secret: sftpPassword } } as const;
  let modified = 1_600_000_000;
  return {
    input,
    serve: (body) => {
      modified += 1;
      server.serve('/feed.json', body, modified);
    },
  };
};

interface Kill {
  readonly call: number;
  readonly isAfter: boolean;
}

/** The same shop and feed, whose second sync is killed at a call. */
const secondSync = async (kill?: Kill, served: (shop: Shop) => Promise<Served> = byUrl) => {
  const shop = await startFeeds();
  const { input, serve } = await served(shop);
  const { id } = await shop.create({ graceHours: 0, maxMissing: 100, ...input });
  serve(before);
  await shop.sync(id);
  serve(after);
  const { id: sync } = await shop.start(id);
  const killed = killedAt(shop.services, kill?.call ?? Number.POSITIVE_INFINITY, kill?.isAfter ?? false);
  const message = { account: shop.account, id: sync };
  await shop.job.handle(message, killed.services, { remainingMs: () => 900_000 }).catch(() => undefined);
  // The lease of the killed run ends.
  shop.advance(20 * 60_000);
  for (let runs = 0; runs < 5; runs++) await shop.work(sync);
  shop.advance(60_000);
  serve(after);
  const third = await shop.sync(id);
  return { ...(await resultOf(shop, sync)), third: third.counts, calls: killed.calls() };
};

test('a sync that is killed anywhere ends as one that is not', async () => {
  const { calls, ...whole } = await secondSync();
  expect(whole).toMatchObject({ status: 'complete', counts: { rows: 120 } });
  expect(whole.third).toMatchObject({ created: 0, updated: 0, unpublished: 0 });
  const random = generator(112);
  for (let round = 0; round < 12; round++) {
    const kill = { call: 1 + Math.floor(random() * calls), isAfter: round % 2 === 0 };
    const { calls: _, ...ended } = await secondSync(kill);
    expect(ended, JSON.stringify(kill)).toEqual(whole);
  }
});

test('a sync of an SFTP file that is killed anywhere ends as one of a URL that is not', async () => {
  const { calls: _, ...byUrlEnded } = await secondSync();
  const { calls, ...whole } = await secondSync(undefined, bySftp);
  expect(whole).toEqual(byUrlEnded);
  const random = generator(118);
  for (let round = 0; round < 6; round++) {
    const kill = { call: 1 + Math.floor(random() * calls), isAfter: round % 2 === 0 };
    const { calls: __, ...ended } = await secondSync(kill, bySftp);
    expect(ended, JSON.stringify(kill)).toEqual(whole);
  }
});
