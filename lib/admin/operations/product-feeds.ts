import type { Command } from 'commander';
import { findState, getProductFeed, readAllProductFeeds } from '../../../functions/domains/product-feeds/actions.ts';
import { rotateFile } from '../../../functions/domains/product-feeds/file/rotate.ts';
import type { ProductFeed, ProductFeedState } from '../../../functions/domains/product-feeds/records/feed.ts';
import { fileNameOf } from '../../../functions/domains/product-feeds/records/file-setting.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface Options {
  readonly account?: string;
  readonly id?: string;
}

export const addProductFeeds = (program: Command, run: Run): void => {
  const feeds = program.command('product-feeds').description('see the product feeds of an account, and their files');
  addList(feeds, run);
  addShow(feeds, run);
  addRotate(feeds, run);
};

const shown = ({ id, name, kind, file, created }: ProductFeed) => ({
  ...{ id, name, kind, file: file?.format ?? '-', created },
});

const shownState = ({ status, ids, selected, next, file, error }: ProductFeedState) => ({
  ...{ status, products: ids?.length ?? 0, selected: selected ?? '-', next: next ?? '-' },
  ...(file && { built: file.built, bytes: file.bytes, entries: file.products, left_out: leftOutText(file.leftOut) }),
  ...(error !== undefined && { error }),
});

const leftOutText = (leftOut: NonNullable<ProductFeedState['file']>['leftOut']): string =>
  Object.entries(leftOut)
    .map(([reason, count]) => `${reason}: ${count}`)
    .join(', ');

const pathOf = (feed: ProductFeed): string | undefined => feed.file && `/feeds/${fileNameOf(feed, feed.file)}`;

const addList = (feeds: Command, run: Run): void => {
  feeds
    .command('list')
    .description('list product feeds')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: Options, { output, target }) => {
        const all = (await readAllProductFeeds(await inAccount(account, target.feeds))).map(shown);
        output.answer(all, formatTable(all));
        if (all.length === 0) output.note('There is no product feed yet. Create one: POST /api/product-feeds.');
      }),
    );
};

const addShow = (feeds: Command, run: Run): void => {
  feeds
    .command('show <feed>')
    .description('show a feed, its selection, the secret path of its file, and what the file leaves out')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target }) => {
        const context = await inAccount(account, target.feeds);
        const feed = await getProductFeed(id, context);
        const state = await findState(id, context);
        const path = pathOf(feed);
        const one = { ...shown(feed), ...(state && shownState(state)), ...(path !== undefined && { file_path: path }) };
        output.answer(one, formatTable([one]));
      }),
    );
};

const addRotate = (feeds: Command, run: Run): void => {
  feeds
    .command('rotate <feed>')
    .description('give the file of a feed another secret URL; the one before ends at once')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target, record }) => {
        const context = await inAccount(account, target.feeds);
        const feed = await record(context.account, {
          action: 'rotate',
          type: 'product-feed',
          id,
          run: () => rotateFile(id, context),
          after: () => ({ values: { file_url: '(not shown)' } }),
        });
        const file_path = pathOf(feed) ?? '';
        output.answer({ id, file_path }, file_path);
        output.note('\nPut it behind the URL of your API, and tell it to those who fetch the feed.');
      }),
    );
};
