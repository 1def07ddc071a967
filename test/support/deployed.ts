import type { TestProject } from 'vitest/node';
import { startCloud } from '../../lib/local/cloud.ts';
import { installPython } from '../../lib/local/python.ts';

/** Both stacks on a local cloud, once a run. A worker is given up after 10 s, so that a test can wait for the next one. */
export default async function start({ provide }: TestProject) {
  await installPython('duckdb');
  const { stack, stop } = await startCloud({ context: { workerTimeoutSeconds: '10', logLevel: 'info' } });
  provide('awsEndpoint', stack.awsEndpoint);
  provide('stack', stack);
  return stop;
}
