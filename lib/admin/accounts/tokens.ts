import { type Command, Option } from 'commander';
import { rotateSecret } from '../../../functions/domains/accounts/tokens/actions.ts';
import { Purpose } from '../../../functions/domains/accounts/tokens/token.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { requireYes, YES } from '../cli/confirmation.ts';
import type { Run } from '../deployment/command.ts';

interface Rotation {
  readonly account?: string;
  readonly purpose: Purpose;
  readonly revoke?: boolean;
  readonly yes?: boolean;
}

export const addTokens = (program: Command, run: Run): void => {
  const tokens = program.command('tokens').description('the secrets that links in messages are signed with');
  tokens
    .command('rotate')
    .description('sign new tokens with a new secret')
    .addOption(
      new Option('--purpose <purpose>', 'what the tokens are for').choices(Purpose.options).makeOptionMandatory(),
    )
    .option('--revoke', 'also refuse every token that was made before, within a minute')
    .option(...YES)
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, purpose, revoke = false, yes = false }: Rotation, { services, output, target }) => {
        const context = { ...services, account: await accountOrOnly(account, services) };
        const lost = purpose === 'preferences' ? ', the unsubscribe links of all mails that were sent among them' : '';
        if (revoke) await requireYes(`Refuse every token for ${purpose} made before${lost}, on ${target.where}?`, yes);
        const { id, createdAt } = await rotateSecret({ purpose, revoke }, context);
        output.answer({ id, purpose, createdAt, revoked: revoke }, `New tokens for ${purpose} are signed by ${id}.`);
        if (revoke) output.note('Those that were made before end within a minute.');
        if (revoke && purpose === 'preferences')
          output.note(
            'So do the unsubscribe links of all mails that were sent: nobody can unsubscribe by them any more.',
          );
      }),
    );
};
