import type { TestProject } from 'vitest/node';
import { startCloud } from '../../lib/local/cloud.ts';
import { freePort } from '../../lib/local/ports.ts';
import { installPython } from '../../lib/local/python.ts';

/** The stacks on a local cloud, once a run. A worker is given up after 10 s, so that a test can wait for the next one. */
export default async function start({ provide }: TestProject) {
  await installPython('duckdb');
  const { stack, stop } = await startCloud({
    sftpPort: await freePort(),
    context: { workerTimeoutSeconds: '10', logLevel: 'info' },
  });
  provide('awsEndpoint', stack.awsEndpoint);
  provide('stack', stack);
  return stop;
}
