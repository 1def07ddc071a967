import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { catalogItems, catalogVariants } from '../../../functions/domains/catalog/records/store.ts';
import { changeFeed, createFeed, type FeedChange, type FeedInput } from '../../../functions/domains/feeds/actions.ts';
import { feedSyncs } from '../../../functions/domains/feeds/records/store.ts';
import type { FeedSync } from '../../../functions/domains/feeds/records/sync.ts';
import { syncJob } from '../../../functions/domains/feeds/sync/job.ts';
import { startSync } from '../../../functions/domains/feeds/sync/start.ts';
import { type FetchOptions, openFetch, type SafeFetch } from '../../../functions/platform/fetch/fetch.ts';
import { openSftp, type SafeSftp } from '../../../functions/platform/fetch/sftp/sftp.ts';
import { startImports } from '../imports/start-imports.ts';
import { startFeedServer } from './feed-server.ts';

/** A shop with a feed server, and its syncs. */
export const startFeeds = async (limits: Pick<FetchOptions, 'totalMs' | 'maxBytes'> = {}) => {
  const send = openFetch({ allowsLoopback: true });
  const openFile = openSftp({ allowsLoopback: true });
  const world = await startImports();
  const server = await startFeedServer();
  const sent: { readonly kind: string }[] = [];
  const services = {
    ...world.services,
    now: () => world.services.now(),
    settings: { reachesLoopback: true },
    fetch: (): SafeFetch => (url, options) => send(url, { ...options, ...limits }),
    sftp: (): SafeSftp => (file, options) => openFile(file, { ...options, ...limits }),
    queue: () => ({
      send: async (message: { readonly kind: string }) => {
        sent.push(message);
      },
    }),
  };
  const context = () => ({ ...world.context(), ...services, account: world.account });
  const job = syncJob;

  const work = async (id: string, remainingMs = () => 900_000): Promise<FeedSync> => {
    await job.handle({ account: world.account, id }, services, { remainingMs });
    return job.get({ account: world.account, id }, world);
  };
  return {
    ...world,
    server,
    sent,
    context,
    job,
    work,
    services,
    create: (input: Partial<FeedInput> = {}) =>
      createFeed(
        {
          name: 'Products',
          enabled: true,
          source: { kind: 'url', url: server.url },
          everyHours: 6,
          graceHours: 24,
          maxMissing: 30,
          ...input,
        },
        context(),
      ),
    change: (id: string, change: FeedChange) => changeFeed(id, change, context()),
    start: async (feed: string, options: { readonly allowsMissing?: boolean } = {}) =>
      (await startSync({ feed, ...options }, context())).sync,
    /** Syncs a feed to its end. */
    sync: async (feed: string, options: { readonly allowsMissing?: boolean } = {}): Promise<FeedSync> => {
      const { sync } = await startSync({ feed, ...options }, context());
      return work(sync.id);
    },
    item: (id: string) => world.table.get(catalogItems, { account: world.account, id }),
    variant: (id: string) => world.table.get(catalogVariants, { account: world.account, id }),
    /** Everything in the table, as it is stored. */
    allItems: async () => (await world.client.send(new ScanCommand({ TableName: world.tableName }))).Items ?? [],
    stored: (id: string) => world.table.get(feedSyncs, { account: world.account, id }),
  };
};

/** Some products as JSON. */
export const productsFeed = (
  count: number,
  change: (index: number) => Readonly<Record<string, unknown>> | undefined = () => ({}),
): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) => {
      const changed = change(i);
      return (
        changed && {
          id: `p${i}`,
          title: `Product ${i}`,
          description: 'Soft',
          link: `https://shop.example/${i}`,
          price: 10 + i,
          categories: [`C${i % 3}`],
          inventory_quantity: i,
          inventory_policy: 1,
          ...changed,
        }
      );
    }).filter((product) => product !== undefined),
  );
