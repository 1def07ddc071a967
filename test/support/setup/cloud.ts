import type { TestProject } from 'vitest/node';
import { startMiniStack } from '../../../lib/local/ministack/ministack.ts';
import type { LocalStack } from '../../../lib/local/stack/stack-file.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where DynamoDB, S3 and SQS are, for each worker. */
    awsEndpoints: readonly string[];
    /** What is deployed there; for the tests in test/e2e. */
    stack: LocalStack;
  }
}

/** An empty local cloud for each worker, once a run. */
export default async function start({ provide, config }: TestProject) {
  // The first one alone: it may have to install what the others use.
  const first = await startMiniStack();
  const others = await Promise.all(Array.from({ length: config.maxWorkers - 1 }, () => startMiniStack()));
  const clouds = [first, ...others];
  provide(
    'awsEndpoints',
    clouds.map(({ endpoint }) => endpoint),
  );
  return async () => {
    await Promise.all(clouds.map(({ stop }) => stop()));
  };
}
