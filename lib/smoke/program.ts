import { Command, InvalidArgumentError } from 'commander';
import type { Screen } from '../terminal/status-line.ts';
import { checks } from './checks.ts';
import { jsonReport, textReport } from './report.ts';
import { type SmokeOptions, smoke } from './smoke.ts';

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return number;
};

const factor = (text: string): number => {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('expected a number above 0');
  return number;
};

const names = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',')];

type ParsedOptions = Partial<SmokeOptions> & {
  readonly files: number;
  readonly people: number;
  readonly patience: number;
  readonly json?: boolean;
};

/** Calls `fail` if a check fails. */
export const smokeProgram = (screen: Screen, fail: () => void): Command =>
  new Command('npm run smoke --')
    .description('Tests a deployment from outside, in about ten minutes; with --resume, the erasure a day later.')
    .option('--stack <name>', 'a deployment on AWS; default: Tributary, if --region is given')
    .option('--region <region>', 'AWS region; default: that of your profile')
    .option('--profile <name>', 'AWS credentials profile, as AWS_PROFILE')
    .option('--local', 'the local cloud of `npm start`; default if one is running')
    .option('--stack-file <file>', 'another .local/stack.json')
    .option('--resume', 'check that the erasure of the first run is complete, then remove what the runs created')
    .option('--remove', 'remove what the runs created, without any check')
    .option('--only <names>', 'only these checks, separated by commas, and those that they depend on', names)
    .option('--skip <names>', 'all checks but these', names)
    .option('--files <count>', 'number of files to import at once', wholeNumber, 10)
    .option('--people <count>', 'new people per file', wholeNumber, 5_000)
    .option('--patience <factor>', 'multiply all waiting times', factor, 1)
    .option('--state-file <file>', 'state for --resume; default: .local/smoke/<stack>.json')
    .option('--json', 'one line of JSON per check, and one for the summary')
    .addHelpText('after', `\nChecks:\n${checks.map(({ name, claim }) => `  ${name.padEnd(20)} ${claim}`).join('\n')}`)
    .showHelpAfterError('(--help lists all options)')
    .action(
      async ({ json = false, resume = false, remove = false, only = [], skip = [], ...options }: ParsedOptions) => {
        const report = json ? jsonReport(screen) : textReport(screen);
        if (!(await smoke({ ...options, resume, remove, only, skip }, report))) fail();
      },
    );
