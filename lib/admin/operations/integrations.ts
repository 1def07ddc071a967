import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import {
  changeIntegration,
  createIntegration,
  deleteIntegration,
  getIntegration,
  readAllIntegrations,
} from '../../../functions/domains/integrations/actions.ts';
import type { Integration } from '../../../functions/domains/integrations/records/integration.ts';
import { SourceName } from '../../../functions/domains/integrations/source/names.ts';
import { sources } from '../../../functions/domains/integrations/sources/sources.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import type { Target } from '../deployment/target.ts';

interface Options {
  readonly account?: string;
  readonly id?: string;
}

export const addIntegrations = (program: Command, run: Run): void => {
  const integrations = program.command('integrations').description('connect shop systems, whose webhooks are stored');
  addList(integrations, run);
  addCreate(integrations, run);
  addSecret(integrations, run);
  addToken(integrations, run);
  addEnable(integrations, run);
  addDelete(integrations, run);
};

const contextOf = (account: string | undefined, target: Target) => inAccount(account, target.services);

const shown = ({ id, name, source, enabled, hasSecret, hasApiToken, created }: Integration) => ({
  ...{ id, name, source, enabled, has_secret: hasSecret, ...(hasApiToken && { has_api_token: true }) },
  ...{ path: `/hooks/${id}`, created },
});

const shownAfter = (integration: Integration) => ({ id: integration.id, values: shown(integration) });

const addList = (integrations: Command, run: Run): void => {
  integrations
    .command('list')
    .description('list integrations with the paths of their URLs')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: Options, { output, target }) => {
        const all = (await readAllIntegrations(await contextOf(account, target))).map(shown);
        output.answer(all, formatTable(all));
        if (all.length === 0) output.note('There is no integration yet. Create one: docs/webhooks-in.md.');
      }),
    );
};

/** Those that need no mapping. */
const known = SourceName.options.filter((one) => one !== 'generic');

const addCreate = (integrations: Command, run: Run): void => {
  integrations
    .command('create <source> <name>')
    .description(`connect a system: ${known.join(', ')}`)
    .option(...ACCOUNT)
    .action(
      run(async ({ account, args: [source, name = ''] }: Options & Args, { output, target, record }) => {
        if (source === 'generic')
          throw new Advice(
            'Create it by POST /api/integrations: it needs a mapping, docs/webhooks-in.md#any-other-system.',
          );
        const vendor = known.find((one) => one === source);
        if (!vendor) throw new Advice(`The source is one of ${known.join(', ')}, not '${source}'.`);
        const context = await contextOf(account, target);
        const created = await record(context.account, {
          action: 'create',
          type: 'integration',
          run: () => createIntegration({ name, source: vendor }, context),
          after: shownAfter,
        });
        output.answer(shown(created), `/hooks/${created.id}`);
        output.note('\nPut the address of the API before it. Then set the secret: integrations secret <id>.');
        if (sources[vendor].usesApi)
          output.note('Its webhooks only name things. Set a token of its API: integrations token <id>.');
      }),
    );
};

interface Args {
  readonly args: readonly string[];
}

const MIN_SECRET = 16;

const addSecret = (integrations: Command, run: Run): void => {
  integrations
    .command('secret <integration>')
    .description("set or replace the vendor's secret; for a day, the one before is valid too")
    .addOption(new Option('--generate', 'make one, and show it once'))
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '', generate }: Options & { generate?: true }, { output, target, record }) => {
        const context = await contextOf(account, target);
        await getIntegration(id, context);
        const secret = generate ? randomBytes(32).toString('base64url') : await readLine('Secret: ');
        if (secret.length < MIN_SECRET) throw new Advice(`A secret has at least ${MIN_SECRET} characters.`);
        await record(context.account, {
          action: 'rotate',
          type: 'integration',
          id,
          run: () => changeIntegration(id, { secret }, context),
          after: () => ({ values: { secret: '(not shown)' } }),
        });
        output.answer({ id, ...(generate && { secret }) }, generate ? secret : `The secret of ${id} is set.`);
        if (generate) output.note('\nThis is the only time that the secret is shown.');
      }),
    );
};

const addToken = (integrations: Command, run: Run): void => {
  integrations
    .command('token <integration>')
    .description("set or replace the token for the vendor's API, where its webhooks only name things")
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target, record }) => {
        const context = await contextOf(account, target);
        await getIntegration(id, context);
        const apiToken = await readLine('Token: ');
        if (apiToken === '') throw new Advice('The token is empty.');
        await record(context.account, {
          action: 'rotate',
          type: 'integration',
          id,
          run: () => changeIntegration(id, { apiToken }, context),
          after: () => ({ values: { api_token: '(not shown)' } }),
        });
        output.answer({ id }, `The token of ${id} is set.`);
      }),
    );
};

/** Reads the secret from the input: an argument would stay in the history of the shell. */
const readLine = async (question: string): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};

const addEnable = (integrations: Command, run: Run): void => {
  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    integrations
      .command(`${name} <integration>`)
      .description(enabled ? 'accept deliveries again' : 'refuse deliveries')
      .option(...ACCOUNT)
      .action(
        run(async ({ account, id = '' }: Options, { output, target, record }) => {
          const context = await contextOf(account, target);
          const changed = await record(context.account, {
            action: name,
            type: 'integration',
            id,
            before: shown(await getIntegration(id, context)),
            run: () => changeIntegration(id, { enabled }, context),
            after: shownAfter,
          });
          output.answer(shown(changed), `Integration ${id} is ${enabled ? 'on' : 'off'}.`);
        }),
      );
};

const addDelete = (integrations: Command, run: Run): void => {
  integrations
    .command('delete <integration>')
    .description('remove an integration; what it stored stays')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: Options, { output, target, record }) => {
        const context = await contextOf(account, target);
        await record(context.account, {
          action: 'delete',
          type: 'integration',
          id,
          before: shown(await getIntegration(id, context)),
          run: () => deleteIntegration(id, context),
          after: () => ({}),
        });
        output.answer({ deleted: id }, `Deleted ${id}.`);
      }),
    );
};
