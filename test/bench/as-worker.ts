import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NODE_OPTIONS } from '../../lib/constructs/worker.ts';
import type { Figure } from './figure.ts';

/** What is measured of imports in a process that is started as a worker's is. */
export const importSpeed = async (): Promise<Figure[]> => {
  const env = { ...process.env, NODE_OPTIONS };
  const measuring = fork(join(import.meta.dirname, 'imports-process.ts'), { env });
  let figures: Figure[] | undefined;
  measuring.on('message', (sent: Figure[]) => {
    figures = sent;
  });
  const [status] = await once(measuring, 'exit');
  if (status !== 0 || !figures) throw new Error(`What measures imports ended with ${status}.`);
  return figures;
};
