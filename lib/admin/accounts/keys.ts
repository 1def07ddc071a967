import { type Command, InvalidArgumentError } from 'commander';
import {
  changeKey,
  createKey,
  listKeys,
  revokeKey,
  rotateKey,
} from '../../../functions/domains/accounts/keys/actions.ts';
import type { ApiKey } from '../../../functions/model/account.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { allServices } from '../../../functions/services.ts';
import { ACCOUNT, accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface CreateOptions {
  readonly account?: string;
  readonly name: string;
  readonly scope: readonly string[];
  readonly burst?: number;
  readonly steady?: number;
  readonly network?: readonly string[];
  readonly origin?: readonly string[];
  readonly expires?: string;
}

export const addKeys = (program: Command, run: Run): void => {
  const keys = program.command('keys').description('manage the private API keys of an account');
  addCreate(keys, run);
  addList(keys, run);
  addChange(keys, run);
  addRotate(keys, run);
  addRevoke(keys, run);
};

const addCreate = (keys: Command, run: Run): void => {
  keys
    .command('create')
    .description('create a key and show it once')
    .option(...ACCOUNT)
    .requiredOption('--name <name>', 'who will use it')
    .requiredOption('--scope <scope...>', `one or more of ${allScopes().join(', ')}, resource:* or *`)
    .option('--burst <requests>', 'requests a second', wholeNumber)
    .option('--steady <requests>', 'requests a minute', wholeNumber)
    .option('--network <network...>', 'only from these addresses or networks, such as 203.0.113.0/24')
    .option('--origin <origin...>', 'of pages, only those of these websites, such as https://shop.example')
    .option('--expires <time>', 'when it ends, such as 2030-01-31')
    .action(
      run(async (options: CreateOptions, { services, output, record }) => {
        const scopes = checkScopes(options.scope);
        const account = await accountOrOnly(options.account, services);
        const limits = limitsOf(options);
        const { network: networks, origin: origins, expires: endsAt } = options;
        const rules = {
          ...(limits && { limits }),
          ...(networks && { networks }),
          ...(origins && { origins }),
          ...(endsAt && { endsAt }),
        };
        const { key, id } = await record(account, {
          action: 'create',
          type: 'api-key',
          run: () => createKey({ account, name: options.name, scopes, ...rules }, services),
          after: shownAfter,
        });
        output.answer({ id, account, name: options.name, scopes, ...rules, key }, key);
        output.note(
          `\nThis is the only time that the key is shown: only its hash is stored. Revoke it with: npm run admin -- keys revoke ${id} --account ${account}`,
        );
      }),
    );
};

const addList = (keys: Command, run: Run): void => {
  keys
    .command('list')
    .description('list keys; the keys themselves are not stored')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: { account?: string }, { services, output }) => {
        const stored = await listKeys(await accountOrOnly(account, services), services);
        const keys = stored.map(shown);
        const rows = keys.map(
          ({ id, name, lastFour, scopes, createdAt, lastUsedAt, revokedAt, endsAt, networks, origins }) => ({
            id,
            name,
            key: `…${lastFour}`,
            scopes: scopes.join(' '),
            created: createdAt,
            used: lastUsedAt,
            revoked: revokedAt,
            expires: endsAt,
            only: [...(networks ?? []), ...(origins ?? [])].join(' '),
          }),
        );
        output.answer(keys, formatTable(rows));
        if (keys.length === 0)
          output.note("There is no key yet. Create one: npm run admin -- keys create --name shop --scope '*'");
      }),
    );
};

interface ChangeOptions {
  readonly account?: string;
  readonly id?: string;
  readonly network?: readonly string[] | false;
  readonly origin?: readonly string[] | false;
  readonly expires?: string | false;
}

const addChange = (keys: Command, run: Run): void => {
  keys
    .command('change <id>')
    .description('change who may use a key, and for how long; within a minute')
    .option(...ACCOUNT)
    .option('--network <network...>', 'only from these addresses or networks')
    .option('--no-network', 'from everywhere')
    .option('--origin <origin...>', 'of pages, only those of these websites')
    .option('--no-origin', 'by pages of every website')
    .option('--expires <time>', 'when it ends')
    .option('--no-expires', 'never')
    .action(
      run(async ({ account, id = '', network, origin, expires }: ChangeOptions, { services, output, record }) => {
        const of = await accountOrOnly(account, services);
        const rules = {
          ...(network !== undefined && { networks: network || [] }),
          ...(origin !== undefined && { origins: origin || [] }),
          ...(expires !== undefined && { endsAt: expires || null }),
        };
        const changed = await record(of, {
          action: 'update',
          type: 'api-key',
          id,
          before: await shownKey({ account: of, id }, services),
          run: () => changeKey({ account: of, id }, rules, services),
          after: shownAfter,
        });
        output.answer(shown(changed), `Changed ${id}. It takes effect within a minute.`);
      }),
    );
};

interface RotateOptions {
  readonly account?: string;
  readonly id?: string;
  readonly overlap: number;
}

const addRotate = (keys: Command, run: Run): void => {
  keys
    .command('rotate <id>')
    .description('replace a key by a new one with the same scopes and rules, and show it once')
    .option(...ACCOUNT)
    .option('--overlap <hours>', 'how long the old one still works', wholeNumber, 24)
    .action(
      run(async ({ account, id = '', overlap }: RotateOptions, { services, output, record }) => {
        const of = await accountOrOnly(account, services);
        const { created, oldEndsAt } = await record(of, {
          action: 'rotate',
          type: 'api-key',
          id,
          run: () => rotateKey({ account: of, id }, { overlapHours: overlap }, services),
          after: ({ created, oldEndsAt }) => ({ values: { replacedBy: created.id, endsAt: oldEndsAt } }),
        });
        output.answer({ ...shown(created), key: created.key, replaces: id, old_ends_at: oldEndsAt }, created.key);
        output.note(`\nThis is the only time that the key is shown. The old one, ${id}, works until ${oldEndsAt}.`);
      }),
    );
};

const addRevoke = (keys: Command, run: Run): void => {
  keys
    .command('revoke <id>')
    .description('revoke a key; it works for at most one more minute')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: { account?: string; id?: string }, { services, output, record }) => {
        const of = await accountOrOnly(account, services);
        await record(of, {
          action: 'revoke',
          type: 'api-key',
          id,
          run: () => revokeKey({ account: of, id }, services),
          after: () => ({}),
        });
        output.answer(
          { id, account: of, revoked: true },
          `Revoked ${id}. Requests with it are refused within a minute.`,
        );
      }),
    );
};

/** Neither the key nor its hash. */
const shown = ({ hash: _, key: __, ...rest }: ApiKey & { readonly key?: string }) => rest;

const shownAfter = (key: ApiKey) => ({ id: key.id, values: shown(key) });

const shownKey = async ({ account, id }: { readonly account: string; readonly id: string }, services: Services) => {
  const key = (await listKeys(account, services)).find((one) => one.id === id);
  return key && shown(key);
};

const allScopes = (): string[] => {
  const scopes = allServices.flatMap(({ routes }) => Object.values(routes).map(({ scope }) => scope));
  return [...new Set(scopes.filter((scope) => scope.includes(':')))].toSorted();
};

/** Refuses scopes that no endpoint has: a typo would only show when somebody uses the key. */
const checkScopes = (scopes: readonly string[]): string[] => {
  const all = allScopes();
  const allowed = new Set([...all, ...all.map((scope) => scope.replace(/:.*/, ':*')), '*']);
  const requested = scopes.flatMap((scope) => scope.split(',')).map((scope) => scope.trim());
  const unknown = requested.filter((scope) => !allowed.has(scope));
  if (unknown.length === 0) return requested;
  throw new Advice(`No endpoint has the scope ${unknown.join(', ')}. Use ${[...allowed].join(', ')}.`);
};

const limitsOf = ({ burst, steady }: CreateOptions) => {
  if (burst === undefined && steady === undefined) return undefined;
  if (burst === undefined || steady === undefined) throw new Advice('Use --burst and --steady together, or neither.');
  return { burst, steady };
};

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return number;
};
