import type { Command } from 'commander';
import { listSentMail } from '../../local/ministack/sent-mail.ts';
import { Advice } from '../cli/advice.ts';
import type { Run } from '../deployment/command.ts';

export const addMail = (program: Command, run: Run): void => {
  program
    .command('mail')
    .description('show the mails of the local cloud, which delivers none')
    .option('--to <address>', 'only mails to this address')
    .action(
      run(async ({ to }: { readonly to?: string }, { output, target: { localEndpoint } }) => {
        if (localEndpoint === undefined)
          throw new Advice('AWS delivers mail. Only the local cloud keeps it to be shown.');
        const all = await listSentMail(localEndpoint);
        const mails = all.filter(({ To }) => to === undefined || To.includes(to));
        const texts = mails.map(({ Source, To, Subject, BodyText, Timestamp }) =>
          [
            `From: ${Source}`,
            `To: ${To.join(', ')}`,
            `Subject: ${Subject}`,
            `Date: ${new Date(Timestamp * 1_000).toISOString()}`,
            '',
            BodyText,
          ].join('\n'),
        );
        output.answer(mails, texts.join('\n\n---\n\n'));
        if (mails.length === 0)
          output.note('There is no mail yet. Subscribe at /pages/subscribe/<company_id>, with double_opt_in.');
      }),
    );
};
