import type { Dynamo } from './client/dynamo.ts';
import type { RetryPolicy } from './client/retry/retry-policy.ts';

/** One table, how to reach it, and how long to retry. */
export interface TableClient extends Dynamo {
  readonly tableName: string;
  readonly policy: RetryPolicy;
}
