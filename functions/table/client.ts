import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * Three tries, and a second for each: a caller waits 29 seconds at most, and a request that DynamoDB has not answered
 * within one is better asked again.
 */
export const openClient = (config: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { requestTimeout: 5_000, connectionTimeout: 1_000 },
    ...config,
  });
