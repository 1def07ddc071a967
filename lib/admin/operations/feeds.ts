import { type Command, Option } from 'commander';
import { createFeed, type FeedInput, getFeed, readAllFeeds } from '../../../functions/domains/feeds/actions.ts';
import { feedFormats } from '../../../functions/domains/feeds/content/format.ts';
import { DEFAULT_GRACE_HOURS, DEFAULT_HOURS, DEFAULT_MAX_MISSING } from '../../../functions/domains/feeds/defaults.ts';
import type { CatalogFeed, Credentials } from '../../../functions/domains/feeds/records/feed.ts';
import { privateKeyProblem } from '../../../functions/domains/feeds/records/private-key.ts';
import { sftpSource } from '../../../functions/domains/feeds/records/sftp-source.ts';
import { locationOf } from '../../../functions/domains/feeds/records/source.ts';
import { type FeedSync, failedRowsKey } from '../../../functions/domains/feeds/records/sync.ts';
import { listSyncs, startSync } from '../../../functions/domains/feeds/sync/start.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { readLocalFile } from '../cli/local-file.ts';
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

const shown = ({ id, name, enabled, source, authentication, format, everyHours, created }: CatalogFeed) => ({
  ...{ id, name, enabled, created },
  kind: source.kind,
  source: locationOf(source),
  credentials: authentication?.kind ?? 'none',
  format: format ?? 'by content',
  interval_hours: everyHours,
});

/** All that the API shows of a feed. */
const details = (feed: CatalogFeed) => ({
  ...shown(feed),
  ...(feed.source.kind === 'sftp' && { host_key: feed.source.hostKey }),
  products_path: feed.path ?? 'by content',
  mapping: JSON.stringify(feed.mapping ?? {}),
  grace_hours: feed.graceHours,
  max_missing_percent: feed.maxMissing,
  updated: feed.updated,
});

const shownSync = ({ id, feed, status, isUnchanged = false, counts, createdAt, completedAt, error }: FeedSync) => ({
  ...{ id, feed, status, is_unchanged: isUnchanged, ...counts, created: createdAt },
  ...{ completed: completedAt, error },
});

/** The syncs of all feeds that are listed at once. */
const LISTED = 100;
const LINK_SECONDS = 15 * 60;

const addList = (feeds: Command, run: Run): void => {
  feeds
    .command('list')
    .description('list catalog feeds')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: Options, { output, target }) => {
        const context = await contextOf(account, target);
        const { items } = await listSyncs({ size: LISTED }, context);
        const all = (await readAllFeeds(context)).map((feed) => {
          const last = items.find((sync) => sync.feed === feed.id);
          return { ...shown(feed), last_sync: last?.status, synced: last?.createdAt };
        });
        output.answer(all, formatTable(all));
        if (all.length === 0) output.note('There is no catalog feed yet. Create one: docs/feeds.md.');
      }),
    );
};

interface CreateOptions extends Options {
  readonly format?: (typeof feedFormats)[number];
  readonly path?: string;
  readonly hostKey?: string;
  readonly secretFile?: string;
}

const addCreate = (feeds: Command, run: Run): void => {
  feeds
    .command('create <name> <location>')
    .description('read a feed every six hours: from an https URL, an SFTP server, or a file in the bucket of imports')
    .addOption(new Option('--format <format>', 'refuse other formats (default: by content)').choices(feedFormats))
    .option('--host-key <fingerprint>', 'of an SFTP server, as ssh-keygen -l prints it: SHA256:…')
    .option('--secret-file <file>', 'a file with the password or the private key for an SFTP server')
    .option('--path <path>', 'where the products are, such as data.items or shop/offers/offer')
    .option(...ACCOUNT)
    .action(
      run(
        async (
          { account, args: [name = '', location = ''], format, path, ...server }: CreateOptions,
          { output, target, record },
        ) => {
          const sourced = sourceOf(location, server);
          const context = await contextOf(account, target);
          const created = await record(context.account, {
            action: 'create',
            type: 'catalog-feed',
            run: () =>
              createFeed(
                {
                  name,
                  enabled: true,
                  ...sourced,
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
            `\nSync it now: feeds sync ${created.id}. Credentials of a URL, and a mapping: PATCH /api/catalog-feeds/{id}.`,
          );
        },
      ),
    );
};

/** What a location stands for, with the login for an SFTP server. */
const sourceOf = (
  location: string,
  { hostKey = '', secretFile }: Pick<CreateOptions, 'hostKey' | 'secretFile'>,
): Pick<FeedInput, 'source' | 'credentials'> => {
  if (!location.includes('://')) return { source: { kind: 'file', key: location } };
  if (/^sftp:/i.test(location)) {
    const source = sftpSource(location, hostKey);
    return { source, ...(secretFile !== undefined && { credentials: loginIn(secretFile) }) };
  }
  if (!URL.canParse(location)) throw new Advice(`'${location}' is no URL such as https://shop.example/feed.xml.`);
  return { source: { kind: 'url', url: location } };
};

/** A file, since an argument would stay in the history of the shell. */
const loginIn = (file: string): Credentials => {
  const secret = readLocalFile(file).toString('utf8').trim();
  if (!secret.includes('-----BEGIN')) return { kind: 'password', secret };
  const problem = privateKeyProblem(secret);
  if (problem !== undefined) throw new Advice(problem);
  return { kind: 'private_key', secret };
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
        const feed = details(await getFeed(id, context));
        const { items } = await listSyncs({ size: LISTED }, context);
        const own = items.filter((sync) => sync.feed === id).slice(0, SHOWN);
        const [last] = own;
        const errors = last?.errors ?? [];
        const syncs = own.map(shownSync);
        const link = { seconds: LINK_SECONDS, fileName: `failed-rows-${last?.id}.csv` };
        const url = last?.hasFile && (await context.imports().downloadUrl(failedRowsKey(last), link));
        const settings = Object.entries(feed).map(([setting, value]) => ({ setting, value }));
        output.answer(
          { feed, syncs, errors, ...(url && { failed_rows_url: url }) },
          [formatTable(settings), formatTable(syncs), formatTable(errors)].join('\n\n'),
        );
        if (url) output.note(`\nAll failed rows of the last sync, for 15 minutes: ${url}`);
        if (own.length === 0) output.note(`It has not been synced yet. Sync it now: feeds sync ${id}.`);
      }),
    );
};
