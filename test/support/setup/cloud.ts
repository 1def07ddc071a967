import type { TestProject } from 'vitest/node';
import type { LocalStack } from '../../../lib/local/stack/stack-file.ts';
import { useClouds } from './clouds.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where DynamoDB, S3 and SQS are, for each worker. */
    awsEndpoints: readonly string[];
    /** What is deployed there; for the tests in test/e2e. */
    stack: LocalStack;
  }
}

/** A local cloud for each worker. */
export default async function start({ provide, config }: TestProject) {
  const clouds = useClouds();
  // The first one alone: it may have to install what the others use.
  const first = await clouds.endpointFor(0);
  const others = Array.from({ length: config.maxWorkers - 1 }, (_, i) => clouds.endpointFor(i + 1));
  provide('awsEndpoints', [first, ...(await Promise.all(others))]);
  return clouds.release;
}
