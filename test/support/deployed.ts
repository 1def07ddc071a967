import type { TestProject } from 'vitest/node';
import { startCloud } from '../../lib/local/cloud.ts';
import { freePort } from '../../lib/local/ports.ts';
import { installPython } from '../../lib/local/python.ts';
import { recordCalls } from '../iam/recorder.ts';

/**
 * The stacks on a local cloud, once a run. A worker is given up after 10 s, so that a test can wait for the next one. What
 * the functions ask of AWS is recorded for the tests in test/iam.
 */
export default async function start({ name, provide }: TestProject) {
  await installPython('duckdb');
  const { stack, stop } = await startCloud({
    sftpPort: await freePort(),
    context: { workerTimeoutSeconds: '10', logLevel: 'info', alarmEmail: 'alarms@example.com' },
  });
  try {
    const recorder = await recordCalls(stack.awsEndpoint, name);
    provide('awsEndpoints', [stack.awsEndpoint]);
    provide('stack', stack);
    return async () => {
      await stop();
      recorder.stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
