import { type Command, InvalidArgumentError } from 'commander';
import { archiveMissing } from '../../../functions/domains/archive/archive-missing.ts';
import { readArchive } from '../../../functions/domains/archive/read.ts';
import { ACCOUNT, accountOrOnly } from '../cli/account-option.ts';
import type { Run } from '../deployment/command.ts';

interface EventsOptions {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
  readonly since?: string;
}

export const addEvents = (program: Command, run: Run): void => {
  const events = program.command('events').description('export and complete the archive of events');
  const command = (name: string, description: string) =>
    events
      .command(name)
      .description(description)
      .option(...ACCOUNT)
      .option('--from <day>', 'the first day of receipt (default: the day of the first event)', day)
      .option('--to <day>', 'the last day of receipt (default: today)', day);

  command('export', 'print archived events without duplicates, one JSON object a line').action(
    run(async ({ account, ...days }: EventsOptions, { services, output }) => {
      const of = await accountOrOnly(account, services);
      for await (const event of readArchive(of, days, services.archive())) output.line(JSON.stringify(event));
    }),
  );

  command('archive', 'archive events of the table that the archive lacks')
    .option('--since <day>', 'check only events from this day on, which is cheaper', day)
    .action(
      run(async ({ account, ...days }: EventsOptions, { services, output }) => {
        const counts = await archiveMissing(await accountOrOnly(account, services), days, services);
        output.answer(counts, `${counts.archived} events archived, ${counts.present} were in the archive already.`);
      }),
    );
};

const day = (text: string): string => {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Write a day such as 2026-11-30.');
};
