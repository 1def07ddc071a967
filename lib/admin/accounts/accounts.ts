import type { Command } from 'commander';
import { changeAccount, createAccount, listAccounts } from '../../../functions/domains/accounts/actions.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { accountJson } from '../cli/api-json.ts';
import { columns } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { readSettings, settingNames, settingsOf } from './settings.ts';

export const addAccounts = (program: Command, run: Run): void => {
  const accounts = program.command('accounts').description('shops that this deployment holds');

  accounts
    .command('create')
    .description('make an account; its id is public, browsers send it as company_id')
    .requiredOption('--name <name>', 'of the shop')
    .option('--timezone <zone>', 'IANA time zone, such as Europe/Berlin', 'UTC')
    .option('--id <id>', 'six letters or digits, by default random')
    .action(
      run(async ({ name, timezone, id }: { name: string; timezone: string; id?: string }, { services, output }) => {
        const account = await createAccount({ name, timezone, ...(id !== undefined && { id }) }, services);
        output.answer(accountJson(account), account.id);
        output.note(
          `\nMade the account ${account.id}. Next, a key: npm run admin -- keys create --account ${account.id} --name shop --scope '*'`,
        );
      }),
    );

  accounts
    .command('list')
    .description('list all accounts')
    .action(
      run(async (_: object, { services, output }) => {
        const found = await listAccounts(services);
        output.answer(
          found.map(accountJson),
          columns(found.map(({ id, name, timezone, createdAt }) => ({ id, name, timezone, created: createdAt }))),
        );
        if (found.length === 0)
          output.note('There is no account yet. Make one: npm run admin -- accounts create --name "My shop"');
      }),
    );

  accounts
    .command('set <setting...>')
    .description(`change settings, as name=value; name= gives the default again. There are ${settingNames.join(', ')}`)
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, args }: { account?: string; args: readonly string[] }, { services, output }) => {
        const settings = readSettings(args);
        const changed = await changeAccount(await accountOrOnly(account, services), settings, services);
        output.answer(accountJson(changed), columns(settingsOf(changed)));
        output.note('\nIn effect within a minute.');
      }),
    );
};
