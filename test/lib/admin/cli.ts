import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { childEnvironment, repository } from '../../../lib/process/environment.ts';
import { bundledProgram } from '../../support/processes/bundled-program.ts';

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  /** Called at the first output. */
  readonly onOutput?: () => void;
}

let bundled: Promise<string> | undefined;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command of `npm run admin` as a process of its own, bundled. test/e2e starts its sources. */
export const cli = async (args: readonly string[], { env = {}, onOutput }: Options = {}): Promise<Ended> => {
  bundled ??= bundledProgram('bin/admin.ts');
  const program = await bundled;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: repository,
      env: {
        ...childEnvironment({ HOME: tmpdir() }),
        NODE_NO_WARNINGS: '1',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
    let out = '';
    let err = '';
    if (onOutput) child.stdout.once('data', onOutput);
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
};
