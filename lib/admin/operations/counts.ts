import { type Command, Option } from 'commander';
import { type EventCount, readCounts } from '../../../functions/domains/receipts/counts/read-counts.ts';
import { hourOf } from '../../../functions/model/time.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface Options {
  readonly account?: string;
  readonly hours: string;
  readonly by: (typeof groupings)[number];
}

const groupings = ['source', 'metric', 'hour', 'all'] as const;
const HOUR_MS = 3_600_000;
const MAX_HOURS = 90 * 24;

export const addCounts = (program: Command, run: Run): void => {
  program
    .command('counts')
    .description('count the events that were received, by outcome: stored, duplicate, conflict, rejected, erased')
    .option('--hours <number>', 'of the last so many hours, with the current one', '24')
    .addOption(new Option('--by <what>', 'what to count by, besides the outcome').choices(groupings).default('source'))
    .option(...ACCOUNT)
    .action(
      run(async ({ account, hours, by }: Options, { services, output }) => {
        const count = Number(hours);
        if (!Number.isInteger(count) || count < 1 || count > MAX_HOURS)
          throw new Advice(`--hours is a number from 1 to ${MAX_HOURS}: counts are kept for 90 days.`);
        const now = services.now().getTime();
        const range = { from: hourAt(now - (count - 1) * HOUR_MS), until: hourAt(now + HOUR_MS) };
        const context = await inAccount(account, services);
        const sums = new Map<string, { row: Record<string, string>; count: number }>();
        for await (const ofHour of readCounts(range, context))
          for (const one of ofHour) {
            const row = { ...keyOf(one, by), outcome: one.outcome };
            const key = Object.values(row).join(' ');
            sums.set(key, { row, count: (sums.get(key)?.count ?? 0) + one.count });
          }
        const rows = [...sums.values()].map(({ row, count: sum }) => ({ ...row, count: sum }));
        output.answer(rows, formatTable(rows));
        if (rows.length === 0) output.note('Nothing was counted in this time. Counts follow events by five minutes.');
      }),
    );
};

const hourAt = (ms: number): string => hourOf(new Date(ms).toISOString());

const keyOf = ({ hour, source, metricId }: EventCount, by: Options['by']): Record<string, string> => ({
  ...((by === 'hour' || by === 'all') && { hour }),
  ...((by === 'source' || by === 'all') && { source }),
  ...((by === 'metric' || by === 'all') && { metric: metricId || '-' }),
});
