import { type Command, Option } from 'commander';
import { replayJob } from '../../../functions/api/replays/replay-job.ts';
import { maskText } from '../../../functions/domains/receipts/mask.ts';
import { unpackPayload } from '../../../functions/domains/receipts/rejected/payload.ts';
import { getRejected, isReplayed, listRejected } from '../../../functions/domains/receipts/rejected/read.ts';
import type { RejectedItem } from '../../../functions/domains/receipts/rejected/rejected-item.ts';
import { newReplayJob } from '../../../functions/domains/receipts/rejected/replay/job.ts';
import { readAllItems } from '../../../functions/platform/table/listing/pages.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { limitOf, timeOf } from '../cli/option-values.ts';
import { escapeControls, formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import type { Target } from '../deployment/target.ts';

interface Options {
  readonly account?: string;
  readonly id?: string;
}

interface RangeOptions extends Options {
  readonly source?: string;
  readonly code?: string;
  readonly from?: string;
  readonly to?: string;
}

export const addRejected = (program: Command, run: Run): void => {
  const rejected = program.command('rejected').description('see what was refused in the last 14 days, and replay it');
  addList(rejected, run);
  addShow(rejected, run);
  addReplay(rejected, run);
};

/** The worker of lists replays. */
const contextOf = (account: string | undefined, target: Target) => inAccount(account, target.lists);

const withRange = (command: Command): Command =>
  command
    .option('--source <source>', 'only from this source, such as client')
    .option('--code <code>', 'only with this code, such as invalid')
    .option('--from <time>', 'received from this time on, such as 2026-07-15T10:00:00Z')
    .option('--to <time>', 'received until this time')
    .option(...ACCOUNT);

const rangeOf = ({ source, code, from, to }: RangeOptions) => ({
  source,
  code,
  from: timeOf('--from', from),
  to: timeOf('--to', to),
});

const rowOf = (item: RejectedItem) => ({
  id: item.id,
  received: item.receivedAt,
  source: item.source,
  what: item.what,
  code: item.code,
  count: item.count ?? 1,
  status: isReplayed(item) ? 'replayed' : 'rejected',
  payload: item.payload === undefined ? `none (${item.omission})` : `${item.payloadBytes} bytes`,
  reason: maskText(item.reasons.map(({ detail }) => detail).join(' ')),
});

interface ListOptions extends RangeOptions {
  readonly status?: 'rejected' | 'replayed';
  readonly limit: string;
}

const PAGE = 100;

const addList = (rejected: Command, run: Run): void => {
  withRange(rejected.command('list'))
    .description('list rejected items, newest first, with personal data masked')
    .addOption(new Option('--status <status>', 'only these').choices(['rejected', 'replayed']))
    .option('--limit <number>', 'how many', '50')
    .action(
      run(async ({ account, status, limit, ...range }: ListOptions, { output, target }) => {
        const most = limitOf(limit);
        const context = await contextOf(account, target);
        const filter = { ...rangeOf(range), isReplayed: status === undefined ? undefined : status === 'replayed' };
        const rows = [];
        for await (const item of readAllItems(
          (page) => listRejected({ filter, page }, context),
          Math.min(most, PAGE),
        )) {
          rows.push(rowOf(item));
          if (rows.length === most) break;
        }
        output.answer(rows, formatTable(rows));
        if (rows.length === 0) output.note('Nothing like this was refused in the last 14 days.');
        else output.note('\nrejected show <id> shows one with its payload, rejected replay <id> processes it again.');
      }),
    );
};

const addShow = (rejected: Command, run: Run): void => {
  rejected
    .command('show <id>')
    .description('show a rejected item with its payload, personal data included')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target }) => {
        const item = await getRejected(id, await contextOf(account, target));
        const { payload, account: _, expiresAt: __, ...shown } = item;
        const content = payload === undefined ? undefined : readable(unpackPayload(payload));
        const whole = { ...shown, ...(content !== undefined && { payload: content }) };
        const lines = JSON.stringify(whole, null, 2).split('\n');
        output.answer(whole, lines.map(escapeControls).join('\n'));
        if (payload === undefined) output.note(`\nIts payload is not kept (${item.omission}): docs/receipts.md.`);
      }),
    );
};

const readable = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
};

interface ReplayOptions extends RangeOptions {
  readonly all?: true;
}

const addReplay = (rejected: Command, run: Run): void => {
  withRange(rejected.command('replay [id]'))
    .description('process one again, or all of a source, a code or a time, after a fix')
    .option('--all', 'all that was not replayed yet')
    .action(
      run(async ({ account, id, all, ...range }: ReplayOptions, { output, target }) => {
        const context = await contextOf(account, target);
        const chosen = rangeOf(range);
        const isRange = Object.values(chosen).some((value) => value !== undefined);
        if (id === undefined && !all && !isRange)
          throw new Advice('Say what to replay: an id, --source, --code, --from, --to, or --all.');
        if (id !== undefined) {
          const { payload, omission } = await getRejected(id, context);
          if (payload === undefined) throw new Advice(`${id} has no payload to replay (${omission}).`);
        }
        const job = await replayJob.start(newReplayJob(id === undefined ? chosen : { ids: [id] }, context), context);
        output.answer(
          { job: job.id },
          `Started the job ${job.id}. Its progress: GET /api/rejected-item-replay-jobs/${job.id}.`,
        );
      }),
    );
};
