import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { childEnvironment, repository } from '../../../lib/process/environment.ts';
import { bundledProgram } from '../../support/processes/bundled-program.ts';
import type { Command, Ended, Reply } from './command-server.ts';

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  /** Called at the first output. */
  readonly onOutput?: () => void;
}

const environment = (env: Options['env']): NodeJS.ProcessEnv => ({
  ...childEnvironment({ HOME: tmpdir() }),
  NODE_NO_WARNINGS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  ...env,
});

/** Processes without a command. */
const idle: ChildProcess[] = [];

const startServer = async (): Promise<ChildProcess> => {
  const program = await bundledProgram('test/lib/admin/command-server.ts');
  const server = fork(program, { cwd: repository, env: environment({}), silent: true });
  server.unref();
  server.channel?.unref();
  return server;
};

/**
 * A command of `npm run admin`, bundled, in a process that has run others before: a start costs several times as much as
 * most commands. `cliProcess` starts one, and test/e2e starts its sources.
 */
export const cli = async (args: readonly string[], { env, onOutput }: Options = {}): Promise<Ended> => {
  const server = idle.pop() ?? (await startServer());
  server.channel?.ref();
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const died = () => reject(new Error(`The process ended during ${args.join(' ')}.`));
  const onReply = (reply: Reply): void => {
    if (reply.kind === 'printed') onOutput?.();
    else resolve({ code: reply.code, out: reply.out, err: reply.err });
  };
  server.on('message', onReply).once('exit', died);
  server.send({ args, env: environment(env) } satisfies Command);
  return promise.finally(() => {
    server.off('message', onReply).off('exit', died);
    server.channel?.unref();
    idle.push(server);
  });
};

/** The command of `npm run admin` as a process of its own, bundled. */
export const cliProcess = async (args: readonly string[], { env }: Pick<Options, 'env'> = {}): Promise<Ended> => {
  const child = spawn(process.execPath, [await bundledProgram('bin/admin.ts'), ...args], {
    cwd: repository,
    env: environment(env),
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
};
