import { execa } from 'execa';

export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Gives it the terminal. @default - its output is only shown when it fails */
  readonly show?: boolean;
  /** Called with each line that it prints, unless it has the terminal. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Ends it after this time, with all processes that it started. */
  readonly timeoutMs?: number | undefined;
  /** Ends it, with all processes that it started. */
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

/** Runs a program to its end and returns what it printed. */
export const run = async (options: Run): Promise<string> => {
  const { command, args, env, cwd, show = false, onLine, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const output = show ? 'inherit' : lineByLine(onLine);
  const result = await execa(command, args, {
    env,
    extendEnv: false,
    ...(cwd !== undefined && { cwd }),
    stdin: show ? 'inherit' : 'ignore',
    stdout: output,
    stderr: output,
    all: true,
    lines: true,
    reject: false,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(signal && { cancelSignal: signal }),
    // The CDK CLI waits for the app that it started, which keeps its output open.
    killDescendants: !show && (timeoutMs !== undefined || signal !== undefined),
  });
  const lines = result.all ?? [];
  if (!result.failed) return lines.join('\n');
  const what = `${command} ${args.slice(0, 3).join(' ')} ${reasonOf(result, timeoutMs)}`;
  throw new CommandError([what, ...lines.slice(-SHOWN_LINES)].join('\n'), {
    hasTimedOut: result.timedOut,
    output: lines.join('\n'),
  });
};

const lineByLine = (onLine: Run['onLine']) =>
  function* (line: unknown): Generator<unknown> {
    onLine?.(String(line));
    yield line;
  };

interface Failed {
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}

const reasonOf = ({ timedOut, isCanceled, exitCode, signal, originalMessage }: Failed, timeoutMs = 0): string => {
  if (timedOut) return `did not end within ${timeoutMs / 1_000} s`;
  if (isCanceled) return 'was interrupted';
  if (exitCode === undefined && signal === undefined) return `did not start: ${originalMessage}`;
  return `ended with ${exitCode ?? 'a signal'}`;
};
