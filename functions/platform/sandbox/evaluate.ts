import { type ChildProcess, spawn } from 'node:child_process';
import * as v from 'valibot';

/** Why an expression has no result. Its own fault, never that of the machine. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

export interface Evaluation {
  /** JSONata. */
  readonly expression: string;
  /** JSON. Absent: the expression is only checked. */
  readonly input?: string;
  /** Variables of the expression. */
  readonly bindings?: Readonly<Record<string, unknown>>;
}

/** What an expression may take. A whole order takes a millisecond. */
const TIMEOUT_MS = 1_000;
const HEAP_MB = 64;
/** How long the process may take to start, on a busy machine. */
const START_MS = 10_000;

const Answer = v.object({
  id: v.number(),
  result: v.optional(v.string()),
  error: v.optional(v.object({ code: v.string(), message: v.string(), position: v.optional(v.number()) })),
});
type Answer = v.InferOutput<typeof Answer>;

interface Child {
  readonly process: ChildProcess;
  readonly waiting: Map<number, (answer: Answer | undefined) => void>;
}

let running: Promise<Child> | undefined;
/** One expression at a time: killing the process ends no other one. */
let last: Promise<unknown> = Promise.resolve();
let lastId = 0;

/**
 * Evaluates an expression that a user wrote, in a process of its own: it can neither hang nor exhaust this one, and
 * reads neither files nor environment. Returns the result as JSON. The process stays for later expressions, unless it
 * had to be killed.
 *
 * @throws ExpressionError if it is wrong, takes too long or needs too much memory
 */
export const evaluate = (evaluation: Evaluation): Promise<string> => {
  const result = last.then(() => evaluateNow(evaluation));
  last = result.catch(() => undefined);
  return result;
};

const evaluateNow = async (evaluation: Evaluation): Promise<string> => {
  running ??= start();
  const child = await running.catch((error) => {
    running = undefined;
    throw error;
  });
  lastId += 1;
  const id = lastId;
  const answer = await request(child, { id, ...evaluation, timeoutMs: TIMEOUT_MS });
  if (answer === undefined)
    throw new ExpressionError(`The expression took more than ${TIMEOUT_MS / 1_000} s or ${HEAP_MB} MB.`);
  if (answer.error) throw new ExpressionError(textOf(answer.error));
  return answer.result ?? 'null';
};

/** Undefined if the process ended without an answer. */
const request = (
  { process: child, waiting }: Child,
  message: { readonly id: number } & Evaluation & { timeoutMs: number },
) =>
  new Promise<Answer | undefined>((resolve) => {
    // The library stops itself first, where it can.
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS + 200);
    waiting.set(message.id, (answer) => {
      clearTimeout(timer);
      waiting.delete(message.id);
      resolve(answer);
    });
    child.send(message, (error) => error && child.kill('SIGKILL'));
  });

const start = async (): Promise<Child> => {
  const { source } = await import('sandbox-source');
  const child = spawn(
    process.execPath,
    ['--permission', `--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=8', '-'],
    { stdio: ['pipe', 'ignore', 'ignore', 'ipc'], env: {} },
  );
  const waiting: Child['waiting'] = new Map();
  const started = new Promise<Child>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const end = (error: Error): void => {
      clearTimeout(timer);
      running = undefined;
      for (const finish of waiting.values()) finish(undefined);
      reject(error);
    };
    child.on('error', end);
    child.on('exit', () => end(new Error('The process for expressions ended.')));
    child.on('message', (message) => {
      const { success, output } = v.safeParse(Answer, message);
      if (!success) return;
      clearTimeout(timer);
      if (output.id === 0) resolve({ process: child, waiting });
      else waiting.get(output.id)?.(output);
    });
  });
  // A write to a process that is gone is reported by its end.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(source);
  // It does not keep this process alive.
  child.unref();
  child.channel?.unref();
  return started;
};

/** The library's codes for its limits. */
const limits: Readonly<Record<string, string>> = {
  D1011: 'The expression calls itself too deeply.',
  D1012: 'The expression takes too long.',
  D2015: 'The expression makes too long a list.',
};

const textOf = ({ code, message, position }: NonNullable<Answer['error']>): string => {
  const place = position === undefined ? '' : ` (position ${position})`;
  return limits[code] ?? `${message}${place}`;
};
