import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Leaves it the terminal. @default - what it prints is only shown when it fails */
  readonly show?: boolean;
  /** Called with each line that it prints, where it does not own the terminal. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** After which it is given up, with all that it started. */
  readonly timeoutMs?: number;
  /** Ends it, with all that it started. */
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

const SHOWN_LINES = 40;
const GRACE_MS = 5_000;

/** Runs a program to its end and gives what it printed. */
export const run = (options: Run): Promise<string> => {
  const { command, args, env, cwd, show = false, onLine, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  // To end a program alone would leave what it started, which keeps its output open: the CDK CLI waits for the app.
  const isGroup = !show && (timeoutMs !== undefined || signal !== undefined);
  const stdio: SpawnOptions['stdio'] = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { env, stdio, detached: isGroup, ...(cwd && { cwd }) });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    if (!input) continue;
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }

  const timers: NodeJS.Timeout[] = [];
  const end = () => {
    kill(child, 'SIGTERM', isGroup);
    timers.push(setTimeout(() => kill(child, 'SIGKILL', isGroup), GRACE_MS));
  };
  let hasTimedOut = false;
  if (timeoutMs !== undefined) {
    const expire = () => {
      hasTimedOut = true;
      end();
    };
    timers.push(setTimeout(expire, timeoutMs));
  }
  signal?.addEventListener('abort', end, { once: true });

  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      const what = `${command} ${args.slice(0, 3).join(' ')} ${why}`;
      const message = [what, ...lines.slice(-SHOWN_LINES)].join('\n');
      reject(new CommandError(message, { hasTimedOut, output: lines.join('\n') }));
    };
    child.once('error', ({ message }) => fail(`did not start: ${message}`));
    child.once('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (hasTimedOut) fail(`did not end within ${(timeoutMs ?? 0) / 1000} s`);
      else if (signal?.aborted) fail('was told to end');
      else if (code === 0) resolve(lines.join('\n'));
      else fail(`ended with ${code ?? 'a signal'}`);
    });
  });
};

/** Where it was started `detached`, with all that it started. */
export const kill = ({ pid }: Pick<ChildProcess, 'pid'>, how: NodeJS.Signals, isGroup = true): void => {
  if (pid === undefined) return;
  try {
    process.kill(isGroup ? -pid : pid, how);
  } catch {
    // It is gone already.
  }
};
