import { inject } from 'vitest';
import { engineHere } from '../../dynamodb/here.ts';

/** Where this worker reaches AWS: an engine in its own process, or what the run has started for it. */
export const awsEndpoint = (): string => engineHere()?.endpoint ?? startedEndpoint();

/** The local cloud of this worker: one for all is one process in Python, which more than one worker would wait for. */
export const startedEndpoint = (): string => {
  const endpoints = inject('awsEndpoints');
  const worker = Number(process.env.VITEST_POOL_ID ?? 1) - 1;
  const endpoint = endpoints[worker % endpoints.length];
  if (endpoint === undefined) throw new Error('This run has started no local cloud.');
  return endpoint;
};
