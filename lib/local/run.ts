import { type SpawnOptions, spawn } from 'node:child_process';

export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** @default - what it prints is only shown when it fails */
  readonly show?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly hasTimedOut: boolean;
  readonly output: string;

  constructor(message: string, { hasTimedOut, output }: Pick<CommandError, 'hasTimedOut' | 'output'>) {
    super(message);
    this.hasTimedOut = hasTimedOut;
    this.output = output;
  }
}

/** Runs a program to its end and gives what it printed. */
export const run = ({ command, args, env, cwd, show = false, timeoutMs, signal }: Run): Promise<string> => {
  const stdio: SpawnOptions['stdio'] = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { env, stdio, ...(cwd && { cwd }), ...(signal && { signal }) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  let hasTimedOut = false;
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  function expire(): void {
    hasTimedOut = true;
    child.kill('SIGTERM');
  }

  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new CommandError(`${command} ${args.slice(0, 3).join(' ')} ${why}\n${output}`, { hasTimedOut, output }));
    child.once('error', ({ message }) => fail(`did not start: ${message}`));
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else if (hasTimedOut) fail(`did not end within ${(timeoutMs ?? 0) / 1000} s`);
      else fail(`ended with ${code ?? 'a signal'}`);
    });
  });
};
