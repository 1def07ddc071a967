import { Command, InvalidArgumentError } from 'commander';
import { settingNames, storedNames } from '../settings/settings.ts';

export interface DeployOptions {
  /** Begins the names of the stacks. */
  readonly name: string;
  /** Settings to change; an empty text clears one. */
  readonly changes: Readonly<Record<string, string>>;
  /** Context of CDK's own, such as feature flags. */
  readonly flags: readonly string[];
  readonly profile: string | undefined;
  readonly region: string | undefined;
  /** Answers every question. */
  readonly yes: boolean;
  /** Shows what would be deployed, and ends. */
  readonly dryRun: boolean;
  /** For `cdk deploy`. */
  readonly cdk: readonly string[];
}

const collect = (pair: string, before: readonly string[]): string[] => {
  if (!pair.includes('=')) throw new InvalidArgumentError('Write name=value, or name= to clear it.');
  return [...before, pair];
};
const collectName = (name: string, before: readonly string[]): string[] => [...before, name];

export const deployCommand = (): Command =>
  new Command('npm run deploy --')
    .description(
      'Deploys to the AWS account that your credentials lead to. Settings stay as the last deployment left them; those that are given here change. It shows what changes, and asks.',
    )
    .option(
      '-c, --context <name=value>',
      'change a setting (lib/settings/settings.ts lists them); name= clears it',
      collect,
      [],
    )
    .option('--unset <name>', 'clear a setting: its default counts again', collectName, [])
    .option('--stack <name>', 'which deployment, by default Tributary')
    .option('--profile <profile>', 'of the AWS configuration')
    .option('--region <region>', 'of AWS, by default that of the profile')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask; for scripts')
    .argument('[cdk...]', 'options of `cdk deploy`, such as --require-approval never')
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
Examples:
  npm run deploy -- -c alarmEmail=ops@example.com     first deployment, or one setting more
  npm run deploy -- -c eventRetentionDays=            forget a setting
  npm run deploy -- -c sftp=false                     removes the SFTP server and its stack
  npm run deploy -- --stack Shop --profile shop -y    another deployment, from a script`,
    );

interface Parsed {
  readonly context: readonly string[];
  readonly unset: readonly string[];
  readonly stack?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Reads the command line. Ends the process at `--help` and at a mistake, as Commander does. */
export const readOptions = (args: readonly string[], command = deployCommand()): DeployOptions => {
  command.parse([...args], { from: 'user' });
  const { context, unset, stack, profile, region, yes = false, dryRun = false } = command.opts<Parsed>();
  const pairs = context.map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    return [name, value.join('=')];
  });
  const isFlag = ([name]: readonly [string, string]) => /[@:/]/.test(name);
  const settings = [...pairs.filter((pair) => !isFlag(pair)), ...unset.map((name): [string, string] => [name, ''])];
  const unknown = settings.map(([name]) => name).filter((name) => name !== 'name' && !storedNames.includes(name));
  if (unknown.length > 0) throw new Error(unknownSettings(unknown));
  const { name = 'Tributary', ...changes } = Object.fromEntries(settings);
  if (stack !== undefined && name !== 'Tributary' && stack !== name)
    throw new Error(`--stack ${stack} and -c name=${name} are two deployments. Name one.`);
  const flags = pairs.filter(isFlag).flatMap(([flag, value]) => ['-c', `${flag}=${value}`]);
  return { name: stack ?? name, changes, flags, profile, region, yes, dryRun, cdk: command.args };
};

const unknownSettings = (names: readonly string[]): string => {
  const passing = names.filter((name) => settingNames.includes(name));
  if (passing.length > 0) return `${passing.join(', ')}: npm run deploy finds that out by itself.`;
  return `There is no setting ${names.join(', ')}. There are ${storedNames.join(', ')}.`;
};
