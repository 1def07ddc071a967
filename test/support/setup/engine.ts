import type { TestProject } from 'vitest/node';
import { startMiniStack } from '../../../lib/local/ministack/ministack.ts';
import { type Engine, startEngine } from '../../dynamodb/server.ts';

/** For each worker the in-memory table, once a run; the rest of a local cloud behind it is started for its first request. */
export default async function start({ provide, config }: TestProject) {
  const clouds: Promise<{ stop(): Promise<void> }>[] = [];
  const openCloud = (): (() => Promise<string>) => {
    let endpoint: Promise<string> | undefined;
    return () => {
      if (endpoint === undefined) {
        const cloud = startMiniStack();
        clouds.push(cloud);
        endpoint = cloud.then((one) => one.endpoint);
      }
      return endpoint;
    };
  };
  const engines: readonly Engine[] = await Promise.all(
    Array.from({ length: config.maxWorkers }, () => startEngine(openCloud())),
  );
  provide(
    'awsEndpoints',
    engines.map(({ endpoint }) => endpoint),
  );
  return async () => {
    await Promise.all(engines.map(({ stop }) => stop()));
    await Promise.all(clouds.map(async (cloud) => (await cloud).stop()));
  };
}
