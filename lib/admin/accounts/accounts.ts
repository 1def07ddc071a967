import type { Command } from 'commander';
import { changeAccount, createAccount, listAccounts } from '../../../functions/domains/accounts/actions.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { accountJson } from '../cli/api-json.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { listSettings, parseAccountSettings, settingNames } from './settings.ts';

export const addAccounts = (program: Command, run: Run): void => {
  const accounts = program.command('accounts').description('manage the accounts of this deployment, one for each shop');

  accounts
    .command('create')
    .description('create an account; its id is public, browsers send it as company_id')
    .requiredOption('--name <name>', 'the name of the shop')
    .option('--timezone <zone>', 'IANA time zone, such as Europe/Berlin', 'UTC')
    .option('--id <id>', 'six letters or digits (default: random)')
    .action(
      run(async ({ name, timezone, id }: { name: string; timezone: string; id?: string }, { services, output }) => {
        const account = await createAccount({ name, timezone, ...(id !== undefined && { id }) }, services);
        output.answer(accountJson(account), account.id);
        output.note(
          `\nCreated the account ${account.id}. Next, create a key: npm run admin -- keys create --account ${account.id} --name shop --scope '*'`,
        );
      }),
    );

  accounts
    .command('list')
    .description('list all accounts')
    .action(
      run(async (_: object, { services, output }) => {
        const all = await listAccounts(services);
        output.answer(
          all.map(accountJson),
          formatTable(all.map(({ id, name, timezone, createdAt }) => ({ id, name, timezone, created: createdAt }))),
        );
        if (all.length === 0)
          output.note('There is no account yet. Create one: npm run admin -- accounts create --name "My shop"');
      }),
    );

  accounts
    .command('set <setting...>')
    .description(`change settings by name=value; name= resets one to its default. Settings: ${settingNames.join(', ')}`)
    .option('--account <id>', 'default: the only account')
    .action(
      run(async ({ account, args }: { account?: string; args: readonly string[] }, { services, output }) => {
        const settings = parseAccountSettings(args);
        const changed = await changeAccount(await accountOrOnly(account, services), settings, services);
        output.answer(accountJson(changed), formatTable(listSettings(changed)));
        output.note('\nThe change takes effect within a minute.');
      }),
    );
};
