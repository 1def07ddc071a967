import type { Dynamo } from './client/dynamo.ts';
import type { RetryPolicy } from './client/retry/retry-policy.ts';

/** One table, the connection to it, and its retry policy. */
export interface TableClient extends Dynamo {
  readonly tableName: string;
  readonly policy: RetryPolicy;
}
