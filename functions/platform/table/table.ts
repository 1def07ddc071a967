import { type Dynamo, openDynamo } from './client/dynamo.ts';
import { type RetryPolicy, requestPolicy } from './client/retry/retry-policy.ts';
import { openQueries } from './query.ts';
import { openReads } from './reads.ts';
import { openWrites } from './writes.ts';

export type Table = ReturnType<typeof openTable>;

/**
 * All requests to the table go through here. Reads are strongly consistent. The policy decides how long to retry
 * transient errors.
 */
export const openTable = (tableName: string, { send }: Dynamo = openDynamo(), policy: RetryPolicy = requestPolicy) => {
  const client = { tableName, send, policy };
  const reads = openReads(client);
  return { ...reads, ...openWrites(client, reads), ...openQueries(client) };
};
