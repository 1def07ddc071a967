import { type Command, Option } from 'commander';
import { rotateSecret } from '../../../functions/domains/accounts/tokens/actions.ts';
import { Purpose } from '../../../functions/domains/accounts/tokens/token.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { requireYes, YES } from '../cli/confirmation.ts';
import type { Run } from '../deployment/command.ts';

interface RotateOptions {
  readonly account?: string;
  readonly purpose: Purpose;
  readonly revoke?: boolean;
  readonly yes?: boolean;
}

export const addTokens = (program: Command, run: Run): void => {
  const tokens = program.command('tokens').description('manage the secrets that sign links in messages');
  tokens
    .command('rotate')
    .description('sign new tokens with a new secret')
    .addOption(
      new Option('--purpose <purpose>', 'the purpose of the tokens').choices(Purpose.options).makeOptionMandatory(),
    )
    .option('--revoke', 'also refuse all earlier tokens, within a minute')
    .option(...YES)
    .option(...ACCOUNT)
    .action(
      run(
        async (
          { account, purpose, revoke = false, yes = false }: RotateOptions,
          { services, output, target, record },
        ) => {
          const context = await inAccount(account, services);
          const lost = purpose === 'preferences' ? ', with the unsubscribe links of all mails sent so far' : '';
          if (revoke) await requireYes(`Refuse all earlier tokens for ${purpose}${lost}, on ${target.where}?`, yes);
          const { id, createdAt } = await record(context.account, {
            action: 'rotate',
            type: 'token-secret',
            id: purpose,
            run: () => rotateSecret({ purpose, revoke }, context),
            after: (secret) => ({ values: { secret: secret.id, revokesEarlier: revoke } }),
          });
          output.answer(
            { id, purpose, createdAt, revoked: revoke },
            `The secret ${id} now signs new tokens for ${purpose}.`,
          );
          if (revoke) output.note('Earlier tokens are refused within a minute.');
          if (revoke && purpose === 'preferences')
            output.note(
              'So are the unsubscribe links of all mails sent so far: nobody can unsubscribe with them any more.',
            );
        },
      ),
    );
};
