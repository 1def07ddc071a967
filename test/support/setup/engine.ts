import type { TestProject } from 'vitest/node';
import { startEngine } from '../../dynamodb/server.ts';
import { useClouds } from './clouds.ts';

/** For each worker the in-memory table, once a run; the rest of a local cloud behind it is started for its first request. */
export default async function start({ provide, config }: TestProject) {
  const clouds = useClouds();
  const engines = await Promise.all(
    Array.from({ length: config.maxWorkers }, (_, worker) => startEngine(() => clouds.endpointFor(worker))),
  );
  provide(
    'awsEndpoints',
    engines.map(({ endpoint }) => endpoint),
  );
  return async () => {
    await Promise.all(engines.map(({ stop }) => stop()));
    await clouds.release();
  };
}
