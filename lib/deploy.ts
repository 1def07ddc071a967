import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { repository } from './local/environment.ts';
import { run } from './local/run.ts';

const Outputs = v.record(v.string(), v.record(v.string(), v.string()));
const Stack = v.object({
  ApiUrl: v.string(),
  DomainTarget: v.optional(v.string()),
  TableName: v.string(),
  ImportsBucket: v.string(),
});

/**
 * Deploys both stacks to the AWS account that `env` leads to. `args` go to `cdk deploy`: `-c name=value` for the
 * settings in `settings.ts`, `--profile`, `--require-approval`.
 */
export const deploy = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-outputs-'));
  const file = join(folder, 'outputs.json');
  const cdk = (...given: readonly string[]) =>
    run({
      command: process.execPath,
      args: [join(repository, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...given],
      env,
      cwd: repository,
      show: true,
    });
  try {
    // Does nothing where it was done before.
    await cdk('bootstrap', ...whereTo(args));
    await cdk('deploy', '--all', '--outputs-file', file, ...args);
    const outputs = v.parse(Outputs, JSON.parse(readFileSync(file, 'utf8')));
    console.log(nextSteps(v.parse(Stack, Object.assign({}, ...Object.values(outputs))), nameIn(outputs)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Those options that lead to an account, which `cdk bootstrap` knows too. */
export const whereTo = (args: readonly string[]): string[] =>
  args.filter((argument, i) => leading.test(argument) || (/^[^-]/.test(argument) && bare.test(args[i - 1] ?? '')));

const leading = /^(-c|--context|--profile)(=|$)/;
const bare = /^(-c|--context|--profile)$/;

/** `Shop` of `Shop-Data`: the `-c name=…` that it was deployed by. */
const nameIn = (outputs: v.InferOutput<typeof Outputs>): string =>
  Object.keys(outputs)
    .find((stack) => stack.endsWith('-Data'))
    ?.replace(/-Data$/, '') ?? 'Tributary';

const nextSteps = (stack: v.InferOutput<typeof Stack>, name: string): string => {
  const { ApiUrl, DomainTarget, TableName, ImportsBucket } = stack;
  const admin = `npm run admin -- --stack ${name}`;
  const alias = DomainTarget === undefined ? '' : `  0. Point the custom domain (CNAME or alias) at ${DomainTarget}\n`;
  return `
Deployed.

  API             ${ApiUrl}
  table           ${TableName}
  imports bucket  ${ImportsBucket}

Next:
${alias}  1. Make an account:  ${admin} accounts create --name "My shop"
  2. Make a key:       ${admin} keys create --name server --scope '*'
  3. Point your clients at the API with that key, or drop a CSV: ${admin} imports drop people.csv --as profiles
  4. Have someone told when an alarm goes off:  npm run deploy -- -c alarmEmail=you@example.com`;
};
