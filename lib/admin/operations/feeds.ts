import { type Command, Option } from 'commander';
import { createFeed, getFeed, readAllFeeds } from '../../../functions/domains/feeds/actions.ts';
import { feedFormats } from '../../../functions/domains/feeds/content/format.ts';
import { DEFAULT_GRACE_HOURS, DEFAULT_HOURS, DEFAULT_MAX_MISSING } from '../../../functions/domains/feeds/defaults.ts';
import type { CatalogFeed } from '../../../functions/domains/feeds/records/feed.ts';
import type { FeedSync } from '../../../functions/domains/feeds/records/sync.ts';
import { listSyncs, startSync } from '../../../functions/domains/feeds/sync/start.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import type { Target } from '../deployment/target.ts';

interface Options {
  readonly account?: string;
  readonly id?: string;
  readonly args: readonly string[];
}

export const addFeeds = (program: Command, run: Run): void => {
  const feeds = program.command('feeds').description('bring the catalog from feeds of the shop');
  addList(feeds, run);
  addCreate(feeds, run);
  addSync(feeds, run);
  addShow(feeds, run);
};

const contextOf = (account: string | undefined, target: Target) => inAccount(account, target.feeds);

/** The query of a URL can contain a secret. */
const shown = ({ id, name, enabled, source, format, everyHours, created }: CatalogFeed) => ({
  ...{ id, name, enabled, created },
  source: source.kind === 'url' ? source.url.replace(/\?.*/, '?…') : source.key,
  format: format ?? 'by content',
  interval_hours: everyHours,
});

const shownSync = ({ id, feed, status, counts, createdAt, completedAt, error }: FeedSync) => ({
  ...{ id, feed, status, ...counts, created: createdAt },
  ...(completedAt !== undefined && { completed: completedAt }),
  ...(error !== undefined && { error }),
});

const addList = (feeds: Command, run: Run): void => {
  feeds
    .command('list')
    .description('list catalog feeds')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: Options, { output, target }) => {
        const all = (await readAllFeeds(await contextOf(account, target))).map(shown);
        output.answer(all, formatTable(all));
        if (all.length === 0) output.note('There is no catalog feed yet. Create one: docs/feeds.md.');
      }),
    );
};

interface CreateOptions extends Options {
  readonly format?: (typeof feedFormats)[number];
  readonly path?: string;
}

const addCreate = (feeds: Command, run: Run): void => {
  feeds
    .command('create <name> <location>')
    .description('read a feed every six hours: from an https URL, or a file in the bucket of imports')
    .addOption(new Option('--format <format>', 'refuse other formats (default: by content)').choices(feedFormats))
    .option('--path <path>', 'where the products are, such as data.items or shop/offers/offer')
    .option(...ACCOUNT)
    .action(
      run(
        async (
          { account, args: [name = '', location = ''], format, path }: CreateOptions,
          { output, target, record },
        ) => {
          const isUrl = location.includes('://');
          if (isUrl && !URL.canParse(location))
            throw new Advice(`'${location}' is no URL such as https://shop.example/feed.xml.`);
          const context = await contextOf(account, target);
          const created = await record(context.account, {
            action: 'create',
            type: 'catalog-feed',
            run: () =>
              createFeed(
                {
                  name,
                  enabled: true,
                  source: isUrl ? { kind: 'url', url: location } : { kind: 'file', key: location },
                  ...(format && { format }),
                  ...(path !== undefined && { path }),
                  everyHours: DEFAULT_HOURS,
                  graceHours: DEFAULT_GRACE_HOURS,
                  maxMissing: DEFAULT_MAX_MISSING,
                },
                context,
              ),
            after: (feed) => ({ id: feed.id, values: shown(feed) }),
          });
          output.answer(shown(created), created.id);
          output.note(
            `\nSync it now: feeds sync ${created.id}. Credentials and a mapping: PATCH /api/catalog-feeds/{id}.`,
          );
        },
      ),
    );
};

const addSync = (feeds: Command, run: Run): void => {
  feeds
    .command('sync <feed>')
    .description('sync a feed now, or name the sync that is under way')
    .option('--allow-missing', 'go on although more products are missing than the feed allows')
    .option(...ACCOUNT)
    .action(
      run(
        async (
          { account, id = '', allowMissing = false }: Options & { allowMissing?: boolean },
          { output, target },
        ) => {
          const context = await contextOf(account, target);
          await getFeed(id, context);
          const { sync } = await startSync({ feed: id, allowsMissing: allowMissing }, context);
          output.answer(shownSync(sync), sync.id);
          output.note(`\nSee its result: feeds show ${id}.`);
        },
      ),
    );
};

const SHOWN = 20;

const addShow = (feeds: Command, run: Run): void => {
  feeds
    .command('show <feed>')
    .description('show a feed, its last syncs, and what is wrong with its products')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target }) => {
        const context = await contextOf(account, target);
        const feed = shown(await getFeed(id, context));
        const { items } = await listSyncs({ size: 100 }, context);
        const own = items.filter((sync) => sync.feed === id).slice(0, SHOWN);
        const errors = own[0]?.errors ?? [];
        const syncs = own.map(shownSync);
        output.answer(
          { feed, syncs, errors },
          [formatTable([feed]), formatTable(syncs), formatTable(errors)].join('\n\n'),
        );
        if (own.length === 0) output.note(`It has not been synced yet. Sync it now: feeds sync ${id}.`);
      }),
    );
};
