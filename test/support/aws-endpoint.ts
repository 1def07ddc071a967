import { inject } from 'vitest';

/** The local cloud of this worker: one for all is one process in Python, which more than one worker would wait for. */
export const awsEndpoint = (): string => {
  const endpoints = inject('awsEndpoints');
  const worker = Number(process.env.VITEST_POOL_ID ?? 1) - 1;
  const endpoint = endpoints[worker % endpoints.length];
  if (endpoint === undefined) throw new Error('This run has started no local cloud.');
  return endpoint;
};
