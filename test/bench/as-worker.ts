import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { workerNode } from '../support/processes/lambda-node.ts';
import type { Figure } from './figure.ts';

/** Measures in a process that is started as Lambda starts a worker. */
export const asWorker = async (file: string, args: readonly string[] = []): Promise<Figure[]> => {
  const { execArgv, env } = workerNode;
  const measuring = fork(join(import.meta.dirname, file), [...args], {
    execArgv,
    env: { ...process.env, ...env },
  });
  let figures: Figure[] | undefined;
  measuring.on('message', (sent: Figure[]) => {
    figures = sent;
  });
  const [status] = await once(measuring, 'exit');
  if (status !== 0 || !figures) throw new Error(`${file} ended with ${status}.`);
  return figures;
};
