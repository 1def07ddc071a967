import { Command, InvalidArgumentError } from 'commander';
import { settingNames, storedNames } from '../settings/settings.ts';

export interface DeployOptions {
  /** The deployment. Its stacks have names that begin with it. */
  readonly name: string;
  /** Settings to change. An empty text clears one. */
  readonly changes: Readonly<Record<string, string>>;
  /** Context of CDK, such as feature flags. */
  readonly flags: readonly string[];
  readonly profile: string | undefined;
  readonly region: string | undefined;
  /** Answers yes to every question. */
  readonly yes: boolean;
  /** Shows the changes without deploying them. */
  readonly dryRun: boolean;
  /** Options for `cdk deploy`. */
  readonly cdk: readonly string[];
}

const collect = (pair: string, before: readonly string[]): string[] => {
  if (!pair.includes('=')) throw new InvalidArgumentError('Write name=value, or name= to clear the setting.');
  return [...before, pair];
};
const collectName = (name: string, before: readonly string[]): string[] => [...before, name];

export const deployCommand = (): Command =>
  new Command('npm run deploy --')
    .description(
      'Deploys to the AWS account of your credentials. Settings keep the values of the last deployment, except those given here. Shows the changes and asks for confirmation.',
    )
    .option(
      '-c, --context <name=value>',
      'change a setting (lib/settings/settings.ts lists them); name= clears it',
      collect,
      [],
    )
    .option('--unset <name>', 'reset a setting to its default', collectName, [])
    .option('--stack <name>', 'the deployment (default: Tributary)')
    .option('--profile <profile>', 'the AWS profile')
    .option('--region <region>', 'the AWS region (default: that of the profile)')
    .option('--dry-run', 'show the changes without deploying them')
    .option('-y, --yes', 'do not ask for confirmation')
    .argument('[cdk...]', 'options of `cdk deploy`, such as --require-approval never')
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
Examples:
  npm run deploy -- -c alarmEmail=ops@example.com     first deployment, or change a setting
  npm run deploy -- -c eventRetentionDays=            reset a setting
  npm run deploy -- -c sftp=false                     remove the SFTP server and its stack
  npm run deploy -- --stack Shop --profile shop -y    another deployment, from a script`,
    );

interface CommandOptions {
  readonly context: readonly string[];
  readonly unset: readonly string[];
  readonly stack?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Parses the command line. Like Commander, it ends the process at `--help` and at an error. */
export const readOptions = (args: readonly string[], command = deployCommand()): DeployOptions => {
  command.parse([...args], { from: 'user' });
  const { context, unset, stack, profile, region, yes = false, dryRun = false } = command.opts<CommandOptions>();
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
    throw new Error(`--stack ${stack} and -c name=${name} name two deployments. Name one.`);
  const flags = pairs.filter(isFlag).flatMap(([flag, value]) => ['-c', `${flag}=${value}`]);
  return { name: stack ?? name, changes, flags, profile, region, yes, dryRun, cdk: command.args };
};

const unknownSettings = (names: readonly string[]): string => {
  const derived = names.filter((name) => settingNames.includes(name));
  if (derived.length > 0) return `Leave out ${derived.join(', ')}: npm run deploy sets it.`;
  return `There is no setting ${names.join(', ')}. Settings: ${storedNames.join(', ')}.`;
};
