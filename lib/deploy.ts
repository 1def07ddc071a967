import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { repository } from './local/environment.ts';
import { run } from './local/run.ts';

const Outputs = v.record(v.string(), v.record(v.string(), v.string()));
const Stack = v.object({ ApiUrl: v.string(), TableName: v.string(), ImportsBucket: v.string() });

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
    await cdk('bootstrap', ...args.filter((argument) => !argument.startsWith('--require-approval')));
    await cdk('deploy', '--all', '--outputs-file', file, ...args);
    const outputs = v.parse(Outputs, JSON.parse(readFileSync(file, 'utf8')));
    console.log(nextSteps(v.parse(Stack, Object.assign({}, ...Object.values(outputs)))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const nextSteps = ({ ApiUrl, TableName, ImportsBucket }: v.InferOutput<typeof Stack>): string => `
Deployed.

  API             ${ApiUrl}
  table           ${TableName}
  imports bucket  ${ImportsBucket}

Next:
  1. Make an account and a key:  TABLE_NAME=${TableName} npm run admin -- --help
  2. Point your clients at the API, with that key.
  3. Have someone told when an alarm goes off:  npm run deploy -- -c alarmEmail=you@example.com`;
