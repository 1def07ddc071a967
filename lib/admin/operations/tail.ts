import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { readSettings } from '../../../functions/domains/accounts/actions.ts';
import { keepLooking, readLive } from '../../../functions/domains/receipts/live/read.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { escapeControls } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface TailOptions {
  readonly account?: string;
  readonly source?: string;
  readonly metric?: string;
  readonly for?: string;
}

const POLL_MS = 700;
const CACHE_MS = 60_000;

export const addTail = (program: Command, run: Run): void => {
  program
    .command('tail')
    .description('show what comes in, with people masked, until Ctrl+C')
    .option('--source <source>', 'only from this source, such as client')
    .option('--metric <name>', 'only this metric, such as "Placed Order"')
    .option('--for <seconds>', 'end after this time')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, source, metric, for: seconds }: TailOptions, { services, output }) => {
        const duration = seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
        if (Number.isNaN(duration)) throw new Advice(`--for is a number of seconds, not '${seconds}'.`);
        const context = await inAccount(account, services);
        const { accountSettings } = await readSettings(context.account, context);
        const before = accountSettings?.liveUntil;
        const isOn = before !== undefined && before > services.now().toISOString();
        const start = services.now().getTime();
        const from = new Date(isOn ? start : start + CACHE_MS).toISOString().slice(11, 19);
        output.note(`Processes report from ${from} UTC on at the latest.`);
        let liveUntil = before;
        let cursor: string | undefined;
        while (services.now().getTime() - start < duration) {
          await keepLooking(liveUntil, context);
          ({ liveUntil } = (await readSettings(context.account, context)).accountSettings ?? {});
          const page = await readLive({ cursor, filter: { source, metric } }, context);
          cursor = page.cursor;
          for (const entry of page.entries) {
            const { at, who = '', ...of } = entry;
            const text = [at.slice(11, 23), of.source, of.outcome, of.metric ?? '-', who].join('  ');
            output.line(output.isJson ? JSON.stringify(entry) : escapeControls(text));
          }
          if (page.more > 0) output.note(`and ${page.more} more`);
          await sleep(POLL_MS);
        }
      }),
    );
};
