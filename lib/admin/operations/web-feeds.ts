import type { Command } from 'commander';
import { changeWebFeed, getWebFeed, readAllWebFeeds } from '../../../functions/domains/feeds/web/actions.ts';
import type { WebFeed } from '../../../functions/domains/feeds/web/feed.ts';
import { isStale, statusOf } from '../../../functions/domains/feeds/web/ladder.ts';
import { sendEarly } from '../../../functions/domains/feeds/web/schedule.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface Options {
  readonly account?: string;
  readonly id?: string;
}

export const addWebFeeds = (program: Command, run: Run): void => {
  const feeds = program.command('web-feeds').description('see the web feeds of an account, and fetch them at once');
  addList(feeds, run);
  addRefresh(feeds, run);
};

const shown = (feed: WebFeed) => ({
  ...{ id: feed.id, name: feed.name, status: statusOf(feed), stale: isStale(feed), url: feed.url },
  last_good_at: feed.good ?? '-',
  next_fetch_at: feed.next ?? '-',
  bytes: feed.kept?.bytes ?? 0,
  error: feed.error ?? '',
});

const addList = (feeds: Command, run: Run): void => {
  feeds
    .command('list')
    .description('list web feeds, with their state and why the last fetch failed')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: Options, { output, target }) => {
        const all = (await readAllWebFeeds(await inAccount(account, target.feeds))).map(shown);
        output.answer(all, formatTable(all));
        if (all.length === 0) output.note('There is no web feed yet. Create one: POST /api/web-feeds.');
      }),
    );
};

const addRefresh = (feeds: Command, run: Run): void => {
  feeds
    .command('refresh <feed>')
    .description('fetch a web feed at once; one that was disabled begins anew')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target }) => {
        const context = await inAccount(account, target.feeds);
        const before = await getWebFeed(id, context);
        // A feed that fails begins anew, and is fetched.
        if (statusOf(before) !== 'ok') await changeWebFeed(id, {}, context);
        else if (before.next !== undefined) await sendEarly(id, before.next, context);
        output.answer(shown(await getWebFeed(id, context)), id);
        output.note('\nSee its state in a minute: web-feeds list.');
      }),
    );
};
