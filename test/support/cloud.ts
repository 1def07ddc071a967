import type { TestProject } from 'vitest/node';
import { startMiniStack } from '../../lib/local/ministack.ts';
import type { LocalStack } from '../../lib/local/stack-file.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where DynamoDB, S3 and SQS are. */
    awsEndpoint: string;
    /** What is deployed there; for the tests in test/e2e. */
    stack: LocalStack;
  }
}

/** An empty local cloud, once a run. */
export default async function start({ provide }: TestProject) {
  const { endpoint, stop } = await startMiniStack();
  provide('awsEndpoint', endpoint);
  return stop;
}
