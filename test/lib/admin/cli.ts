import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '../../../lib/process/environment.ts';

const repository = join(import.meta.dirname, '../../..');

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  /** Called at the first output. */
  readonly onOutput?: () => void;
}

/** The command as a process of its own, as started by `npm run admin`. */
export const cli = (args: readonly string[], { env = {}, onOutput }: Options = {}) =>
  new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) => {
    const child = spawn(process.execPath, [join(repository, 'bin/admin.ts'), ...args], {
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
