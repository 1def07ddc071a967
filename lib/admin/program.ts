import { Command } from 'commander';
import { recordChange } from '../../functions/domains/accounts/audit/record.ts';
import { addAccounts } from './accounts/accounts.ts';
import { addAudit } from './accounts/audit.ts';
import { addKeys } from './accounts/keys.ts';
import { addTokens } from './accounts/tokens.ts';
import { describeError } from './cli/advice.ts';
import { openOutput } from './cli/output.ts';
import type { Run } from './deployment/command.ts';
import { openTarget, type TargetOptions } from './deployment/target.ts';
import { addImports } from './imports/imports.ts';
import { addMappings } from './imports/mappings.ts';
import { addSftpUsers } from './imports/sftp-users.ts';
import { addMigrate } from './migrate/command.ts';
import { addExport } from './moving/export.ts';
import { addCounts } from './operations/counts.ts';
import { addEvents } from './operations/events.ts';
import { addFeeds } from './operations/feeds.ts';
import { addIntegrations } from './operations/integrations.ts';
import { addJobs } from './operations/jobs.ts';
import { addMail } from './operations/mail.ts';
import { addProductFeeds } from './operations/product-feeds.ts';
import { addRejected } from './operations/rejected.ts';
import { addReport } from './operations/report.ts';
import { addTail } from './operations/tail.ts';
import { addWebFeeds } from './operations/web-feeds.ts';
import { addWebhooks } from './operations/webhooks.ts';
import { addPrivacy } from './people/access.ts';
import { addConsent } from './people/consent.ts';

/** Runs one command. Its exit code is that of the process. */
export const runAdmin = async (args: readonly string[]): Promise<void> => {
  try {
    await adminProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
};

export const adminProgram = (): Command => {
  const program = new Command('npm run admin --')
    .description(
      'Manages accounts, keys, the audit log, imports, exports, mappings, SFTP users, tokens, consent, privacy, archived events, rejected items, webhooks, integrations, catalog feeds and web feeds, on the local cloud and on AWS.',
    )
    .option('--json', 'print JSON')
    .option('--local', 'use the local cloud of `npm start` (default: if one is running)')
    .option('--stack <name>', 'use a deployment on AWS (default with --region: Tributary)')
    .option('--region <region>', 'the AWS region (default: that of your profile)')
    .option('--stack-file <file>', 'use another file than .local/stack.json')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help lists all commands and options)');
  addAccounts(program, run);
  addKeys(program, run);
  addAudit(program, run);
  addImports(program, run);
  addMappings(program, run);
  addSftpUsers(program, run);
  addTokens(program, run);
  addConsent(program, run);
  addEvents(program, run);
  addCounts(program, run);
  addReport(program, run);
  addExport(program, run);
  addMigrate(program);
  addPrivacy(program, run);
  addMail(program, run);
  addJobs(program, run);
  addRejected(program, run);
  addTail(program, run);
  addWebhooks(program, run);
  addIntegrations(program, run);
  addFeeds(program, run);
  addWebFeeds(program, run);
  addProductFeeds(program, run);
  return program;
};

const run: Run =
  (action) =>
  async (...callArguments) => {
    const command = callArguments.at(-1);
    if (!(command instanceof Command)) return;
    const { json = false, ...options } = command.optsWithGlobals<TargetOptions & { json?: boolean }>();
    const output = openOutput(json);
    const target = await openTarget(options);
    const { services, where } = target;
    output.notice(`On ${where}.${json ? '' : '\n'}`);
    const { args } = command;
    const [id] = args;
    // Commander has validated the options against the declaration of the command.
    await action({ ...options, args, ...(id !== undefined && { id }) } as never, {
      services,
      output,
      target,
      record: async (account, change) =>
        recordChange(change, { ...services, account, actor: { kind: 'operator', name: await target.operator() } }),
    });
  };
