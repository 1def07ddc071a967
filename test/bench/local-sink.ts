import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openServices, type Services } from '../../functions/platform/resources/services.ts';

/** Starts the sink, and services that speak to it. */
export const startSink = async (): Promise<{
  readonly endpoint: string;
  readonly services: Services;
  stop(): void;
}> => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: 'us-east-1' });
  const sink = fork(join(import.meta.dirname, 'sink.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = await once(sink, 'message');
  const endpoint = `http://127.0.0.1:${port}`;
  const services = openServices(
    { TABLE_NAME: 'bench', LOG_LEVEL: 'error', S3_ADDRESSING: 'path' },
    { endpoint, region: 'us-east-1' },
  );
  return { endpoint, services, stop: () => sink.kill() };
};

/** Runs `count` pieces of work, `width` of them at a time. */
export const inParallel = async (
  count: number,
  width: number,
  work: (i: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
};
