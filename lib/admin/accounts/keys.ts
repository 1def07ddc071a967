import { type Command, InvalidArgumentError } from 'commander';
import { createKey, listKeys, revokeKey } from '../../../functions/domains/accounts/actions.ts';
import { domains } from '../../../functions/services.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { columns } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface CreateOptions {
  readonly account?: string;
  readonly name: string;
  readonly scope: readonly string[];
  readonly burst?: number;
  readonly steady?: number;
}

export const addKeys = (program: Command, run: Run): void => {
  const keys = program.command('keys').description('private API keys of an account');
  addCreate(keys, run);
  addList(keys, run);
  addRevoke(keys, run);
};

const addCreate = (keys: Command, run: Run): void => {
  keys
    .command('create')
    .description('make a key, and show it once')
    .option('--account <id>', 'by default the only one there is')
    .requiredOption('--name <name>', 'who is going to use it')
    .requiredOption('--scope <scope...>', `one or several of ${knownScopes().join(', ')}, resource:* or *`)
    .option('--burst <requests>', 'a second', wholeNumber)
    .option('--steady <requests>', 'a minute', wholeNumber)
    .action(
      run(async (options: CreateOptions, { services, output }) => {
        const scopes = checkScopes(options.scope);
        const account = await accountOrOnly(options.account, services);
        const limits = limitsOf(options);
        const made = await createKey({ account, name: options.name, scopes, ...(limits && { limits }) }, services);
        const { key, id } = made;
        output.answer({ id, account, name: options.name, scopes, ...(limits && { limits }), key }, key);
        output.note(
          `\nThis is the only time that the key is shown: only its hash is stored. To end it: npm run admin -- keys revoke ${id} --account ${account}`,
        );
      }),
    );
};

const addList = (keys: Command, run: Run): void => {
  keys
    .command('list')
    .description('list keys by what is known of them; the keys themselves are stored nowhere')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account }: { account?: string }, { services, output }) => {
        const found = await listKeys(await accountOrOnly(account, services), services);
        const shown = found.map(({ hash: _, ...key }) => key);
        const rows = shown.map(({ id, name, lastFour, scopes, createdAt, revokedAt }) => ({
          id,
          name,
          key: `…${lastFour}`,
          scopes: scopes.join(' '),
          created: createdAt,
          revoked: revokedAt,
        }));
        output.answer(shown, columns(rows));
        if (found.length === 0)
          output.note("There is no key yet. Make one: npm run admin -- keys create --name shop --scope '*'");
      }),
    );
};

const addRevoke = (keys: Command, run: Run): void => {
  keys
    .command('revoke <id>')
    .description('end a key; it works for a minute more at most')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, id = '' }: { account?: string; id?: string }, { services, output }) => {
        const of = await accountOrOnly(account, services);
        await revokeKey({ account: of, id }, services);
        output.answer(
          { id, account: of, revoked: true },
          `Revoked ${id}. Requests with it are refused within a minute.`,
        );
      }),
    );
};

const knownScopes = (): string[] => {
  const scopes = domains.flatMap(({ routes }) => Object.values(routes).map(({ scope }) => scope));
  return [...new Set(scopes.filter((scope) => scope.includes(':')))].toSorted();
};

/** A scope that opens nothing is a typo, and would be noticed only by the user of the key. */
const checkScopes = (scopes: readonly string[]): string[] => {
  const all = knownScopes();
  const allowed = new Set([...all, ...all.map((scope) => scope.replace(/:.*/, ':*')), '*']);
  const asked = scopes.flatMap((scope) => scope.split(',')).map((scope) => scope.trim());
  const unknown = asked.filter((scope) => !allowed.has(scope));
  if (unknown.length === 0) return asked;
  throw new Advice(`No endpoint asks for the scope ${unknown.join(', ')}. Use ${[...allowed].join(', ')}.`);
};

const limitsOf = ({ burst, steady }: CreateOptions) => {
  if (burst === undefined && steady === undefined) return undefined;
  if (burst === undefined || steady === undefined)
    throw new Advice('--burst and --steady are given both or not at all.');
  return { burst, steady };
};

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('it is a whole number from 1');
  return number;
};
