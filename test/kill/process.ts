import { fork } from 'node:child_process';
import type { Pace } from '../../functions/domains/imports/run/pace.ts';
import { childEnvironment } from '../../lib/process/environment.ts';
import { bundledProgram } from '../support/processes/bundled-program.ts';
import { httpNode, workerNode } from '../support/processes/lambda-node.ts';

/** The task of one invocation of a function. */
export interface Work {
  readonly domain: 'catalog' | 'imports' | 'profiles' | 'consent' | 'events' | 'privacy';
  readonly entry: 'queue' | 'http';
  readonly event: object;
  /** Its time limit, at which it is killed as by Lambda. */
  readonly limitMs: number;
  readonly clockMs: number;
  readonly pace: Partial<Pace>;
}

export type Ended<Answer> = { readonly kind: 'answered'; readonly answer: Answer } | { readonly kind: 'killed' };

interface Fate {
  /** Killed by SIGKILL when aborted, at the latest at its time limit. */
  readonly signal?: AbortSignal;
  readonly env: Readonly<Record<string, string>>;
}

/** As deployed, functions are bundled. */
let bundled: Promise<string> | undefined;

/** Runs a function in a process that may be killed. */
export const inProcess = async <Answer>(work: Work, { signal, env }: Fate): Promise<Ended<Answer>> => {
  bundled ??= bundledProgram('test/kill/worker.ts');
  const node = work.entry === 'queue' ? workerNode : httpNode;
  const child = fork(await bundled, {
    execArgv: node.execArgv,
    env: childEnvironment({ ...env, ...node.env }),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let answered: Ended<Answer> | undefined;
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  let isKilled = false;
  const kill = () => {
    isKilled = true;
    child.kill('SIGKILL');
  };
  signal?.addEventListener('abort', kill, { once: true });
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.on('message', (message: { readonly kind: 'ready' | 'begun' } | Ended<Answer>) => {
    if (message.kind === 'ready') child.send(work);
    if (message.kind === 'answered') answered = message;
    if (message.kind !== 'begun') return;
    timer = setTimeout(kill, work.limitMs);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (answered) resolve(answered);
      else if (isKilled) resolve({ kind: 'killed' });
      else reject(new Error(`The function ended by itself, with ${code ?? signal}.\n${said}`));
    });
  });
};
