import { Command } from 'commander';
import { addAccounts } from './accounts.ts';
import type { Run } from './command.ts';
import { addConsent } from './consent.ts';
import { addEvents } from './events.ts';
import { addImports } from './imports.ts';
import { addJobs } from './jobs.ts';
import { addKeys } from './keys.ts';
import { addMail } from './mail.ts';
import { addMappings } from './mappings.ts';
import { openOutput } from './output.ts';
import { addPrivacy } from './privacy.ts';
import { addSftp } from './sftp.ts';
import { openTarget, type TargetOptions } from './target.ts';
import { addTokens } from './tokens.ts';

export const adminProgram = (): Command => {
  const program = new Command('npm run admin --')
    .description(
      'Looks after accounts, keys, imports and their mappings, SFTP users, tokens, proof of consent, privacy and archived events, on the local cloud and on AWS.',
    )
    .option('--json', 'answer in JSON')
    .option('--local', 'the local cloud of `npm start`; by default where one runs')
    .option('--stack <name>', 'a deployment on AWS; Tributary where only a region is named')
    .option('--region <region>', 'of AWS, by default that of your profile')
    .option('--stack-file <file>', 'another .local/stack.json')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help lists what there is)');
  addAccounts(program, run);
  addKeys(program, run);
  addImports(program, run);
  addMappings(program, run);
  addSftp(program, run);
  addTokens(program, run);
  addConsent(program, run);
  addEvents(program, run);
  addPrivacy(program, run);
  addMail(program, run);
  addJobs(program, run);
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
    // Commander checks options against what is declared beside each action.
    await action({ ...options, args, ...(id !== undefined && { id }) } as never, { services, output, target });
  };
