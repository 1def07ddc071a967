import type { Command } from 'commander';
import {
  changeAccount,
  createAccount,
  findAccount,
  listAccounts,
} from '../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../functions/model/account.ts';
import { ACCOUNT, accountOrOnly } from '../cli/account-option.ts';
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
      run(
        async (
          { name, timezone, id }: { name: string; timezone: string; id?: string },
          { services, output, record },
        ) => {
          const account = await createAccount({ name, timezone, ...(id !== undefined && { id }) }, services);
          await record(account.id, {
            action: 'create',
            type: 'account',
            id: account.id,
            run: async () => account,
            after: settingsOf,
          });
          output.answer(accountJson(account), account.id);
          output.note(
            `\nCreated the account ${account.id}. Next, create a key: npm run admin -- keys create --account ${account.id} --name shop --scope '*'`,
          );
        },
      ),
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
    .option(...ACCOUNT)
    .action(
      run(async ({ account, args }: { account?: string; args: readonly string[] }, { services, output, record }) => {
        const settings = parseAccountSettings(args);
        const id = await accountOrOnly(account, services);
        const before = await findAccount(id, services);
        const changed = await record(id, {
          action: 'update',
          type: 'account',
          id,
          before: before && settingsOf(before).values,
          run: () => changeAccount(id, settings, services),
          after: settingsOf,
        });
        output.answer(accountJson(changed), formatTable(listSettings(changed)));
        output.note('\nThe change takes effect within a minute.');
      }),
    );
};

const settingsOf = (account: Account) => ({ values: { ...account } });
