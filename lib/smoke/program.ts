import { Command, InvalidArgumentError } from 'commander';
import type { Screen } from '../terminal/status-line.ts';
import { checks } from './checks.ts';
import { jsonReport, textReport } from './report.ts';
import { type SmokeOptions, smoke } from './smoke.ts';

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('it is a whole number from 1');
  return number;
};

const factor = (text: string): number => {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('it is a number above 0');
  return number;
};

const names = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',')];

type Given = Partial<SmokeOptions> & {
  readonly files: number;
  readonly people: number;
  readonly patience: number;
  readonly json?: boolean;
};

/** `fail` is called where something does not hold. */
export const smokeProgram = (screen: Screen, fail: () => void): Command =>
  new Command('npm run smoke --')
    .description('Proves a deployment from outside, in about ten minutes; an erasure a day later, by --resume.')
    .option('--stack <name>', 'a deployment on AWS; Tributary where only a region is named')
    .option('--region <region>', 'of AWS, by default that of your profile')
    .option('--profile <name>', 'of your AWS credentials, as AWS_PROFILE')
    .option('--local', 'the local cloud of `npm start`; by default where one runs')
    .option('--stack-file <file>', 'another .local/stack.json')
    .option('--resume', 'look whether the erasure of the first run is complete, then remove what the runs made')
    .option('--remove', 'remove what the runs made, without looking at anything')
    .option('--only <names>', 'these checks alone, separated by commas, with those that they build on', names)
    .option('--skip <names>', 'all checks but these', names)
    .option('--files <count>', 'files that are imported at once', wholeNumber, 10)
    .option('--people <count>', 'new people in each of them', wholeNumber, 5_000)
    .option('--patience <factor>', 'wait this many times as long', factor, 1)
    .option('--state-file <file>', 'what runs leave to --resume, by default .local/smoke/<stack>.json')
    .option('--json', 'a line of JSON for each check, and one for the whole')
    .addHelpText('after', `\nChecks:\n${checks.map(({ name, claim }) => `  ${name.padEnd(20)} ${claim}`).join('\n')}`)
    .showHelpAfterError('(--help lists what there is)')
    .action(async ({ json = false, resume = false, remove = false, only = [], skip = [], ...options }: Given) => {
      const report = json ? jsonReport(screen) : textReport(screen);
      if (!(await smoke({ ...options, resume, remove, only, skip }, report))) fail();
    });
