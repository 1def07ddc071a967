import { type Command, InvalidArgumentError } from 'commander';
import { archiveAgain } from '../../../functions/domains/archive/again.ts';
import { archivedEvents } from '../../../functions/domains/archive/read.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import type { Run } from '../deployment/command.ts';

interface Named {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
  readonly since?: string;
}

export const addEvents = (program: Command, run: Run): void => {
  const events = program.command('events').description('events in the archive');
  const one = (name: string, description: string) =>
    events
      .command(name)
      .description(description)
      .option('--account <id>', 'by default the only one there is')
      .option('--from <day>', 'the first day on which they were received, by default that of the first', day)
      .option('--to <day>', 'the last one, by default today', day);

  one('export', 'print archived events as lines of JSON, each once').action(
    run(async ({ account, ...days }: Named, { services, output }) => {
      const of = await accountOrOnly(account, services);
      for await (const event of archivedEvents(of, days, services.archive())) output.line(JSON.stringify(event));
    }),
  );

  one('archive', 'archive what the table has and the archive lacks')
    .option('--since <day>', 'look only at events that happened on this day or later, which is cheaper', day)
    .action(
      run(async ({ account, ...given }: Named, { services, output }) => {
        const done = await archiveAgain(await accountOrOnly(account, services), given, services);
        output.answer(done, `${done.archived} events archived, ${done.present} were there already.`);
      }),
    );
};

const day = (text: string): string => {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('It has to be a day such as 2026-11-30.');
};
