import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as v from 'valibot';
import {
  childEnvironment,
  clientConfig,
  localFolder,
  region,
  repository,
  sdkEnvironment,
} from '../../process/environment.ts';
import { CommandError, run } from '../../process/run.ts';
import { setCors } from '../ministack/api-cors.ts';
import { localSender, verifySender } from '../ministack/mail-sender.ts';
import { describeStackFailures } from './stack-failures.ts';

export interface DeployOptions {
  readonly endpoint: string;
  /** Settings of `lib/settings/settings.ts`. They override those of a disposable deployment. */
  readonly context?: Readonly<Record<string, string | undefined>>;
  /** Called with each line of the CDK CLI. @default - the error contains its last lines */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly timeoutMs?: number;
  /** Updates only the code of functions where nothing else has changed. */
  readonly hotswap?: boolean;
  readonly signal?: AbortSignal | undefined;
}

const Outputs = v.object({ ApiUrl: v.string(), TableName: v.string(), ImportsBucket: v.string() });
export type Outputs = Readonly<v.InferOutput<typeof Outputs>>;

const cdk = join(repository, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const account = '000000000000';

/** Deploys the same stacks as on AWS, by the same `cdk deploy`. */
export const deployLocally = async ({ endpoint, context, ...options }: DeployOptions): Promise<Outputs> => {
  const { onLine, timeoutMs = 240_000, hotswap = false, signal } = options;
  const folder = join(localFolder, `cloud-${new URL(endpoint).port}`);
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'deploy.log');
  const env = childEnvironment({ ...sdkEnvironment(endpoint), AWS_ACCOUNT_ID: account });
  const call = (...args: readonly string[]) =>
    run({ command: process.execPath, args: [cdk, ...args], env, cwd: repository, onLine, timeoutMs, signal });
  try {
    // Two deployments at once would fail in the same folder.
    const output = ['--output', join(folder, 'cdk.out')];
    if (!(await isBootstrapped(endpoint))) await call('bootstrap', `aws://${account}/${region}`, ...output, ...quiet);
    const outputsFile = join(folder, 'outputs.json');
    await call(
      // Without the SFTP stack: the local cloud's CloudFormation cannot make its server.
      ...['deploy', '*-Data', '*-App', '--require-approval', 'never', ...quiet],
      ...(hotswap ? ['--hotswap-fallback'] : ['--method', 'direct']),
      ...output,
      ...['--outputs-file', outputsFile],
      ...Object.entries({ ...localSettings, ...context }).flatMap(([k, value]) =>
        value === undefined ? [] : ['-c', `${k}=${value}`],
      ),
    );
    await setCors(endpoint, context?.websiteOrigins);
    await verifySender(endpoint);
    return outputsIn(outputsFile);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    writeFileSync(log, cause.output);
    const reason = await describeStackFailures(endpoint).catch(() => 'The local cloud does not answer.');
    throw new Error(`The deployment failed: ${cause.message}\n\n${reason}\nThe whole output: ${log}`, { cause });
  }
};

/** A disposable deployment on this machine, whose webhooks may call this machine. */
const localSettings = {
  protect: 'false',
  s3Addressing: 'path',
  outgoingLoopback: 'true',
  changesWithinSeconds: '2',
  mailFrom: localSender,
};

const quiet = ['--no-notices', '--no-version-reporting'];

const outputsIn = (file: string): Outputs => {
  const stacks = v.parse(
    v.record(v.string(), v.record(v.string(), v.string())),
    JSON.parse(readFileSync(file, 'utf8')),
  );
  return v.parse(Outputs, Object.assign({}, ...Object.values(stacks)));
};

const isBootstrapped = async (endpoint: string): Promise<boolean> => {
  const client = new CloudFormationClient(clientConfig(endpoint));
  try {
    const command = new DescribeStacksCommand({ StackName: 'CDKToolkit' });
    const { Stacks = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(10_000) });
    return Stacks.some(({ StackStatus = '' }) => /^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus));
  } catch {
    return false;
  }
};
