import type { TestProject } from 'vitest/node';
import { startCloud } from '../../../lib/local/cloud.ts';
import { freePort } from '../../../lib/local/ministack/ports.ts';
import type { LocalStack } from '../../../lib/local/stack/stack-file.ts';
import { installPython } from '../../../lib/process/python.ts';
import { recordCalls } from '../../iam/recorder.ts';
import { recordUnder } from '../../iam/recording.ts';

interface Deployed {
  readonly stack: LocalStack;
  stop(): Promise<void>;
}

declare global {
  // Vitest loads this file once for each project, all in one process.
  var deployedOnce: { readonly deployed: Promise<Deployed>; users: number } | undefined;
}

/** The stacks on a local cloud, once a run for all projects that test them. */
export default async function start({ name, provide, vitest }: TestProject) {
  if (!globalThis.deployedOnce) {
    // Projects start in no certain order. The tests of random requests say themselves when they begin.
    recordUnder(vitest.projects.some((one) => one.name === 'e2e') ? 'e2e' : name);
    globalThis.deployedOnce = { deployed: deploy(), users: 0 };
  }
  const once = globalThis.deployedOnce;
  once.users += 1;
  const { stack, stop } = await once.deployed;
  provide('awsEndpoints', [stack.awsEndpoint]);
  provide('stack', stack);
  return async () => {
    once.users -= 1;
    if (once.users > 0) return;
    globalThis.deployedOnce = undefined;
    await stop();
  };
}

/** A worker is given up after 10 s, so that a test can wait for the next one. What functions ask of AWS is recorded for test/iam. */
const deploy = async (): Promise<Deployed> => {
  await installPython('duckdb');
  const { stack, stop } = await startCloud({
    sftpPort: await freePort(),
    context: { workerTimeoutSeconds: '10', logLevel: 'info', alarmEmail: 'alarms@example.com' },
  });
  try {
    const recorder = await recordCalls(stack.awsEndpoint);
    return {
      stack,
      async stop() {
        await stop();
        recorder.stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
