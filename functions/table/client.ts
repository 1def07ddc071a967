import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** Four tries of five seconds at most: a caller waits 29. */
export const openClient = (config: DynamoDBClientConfig = {}): DynamoDBClient => {
  const client = new DynamoDBClient({
    maxAttempts: 4,
    // Without the last, a request that takes too long is only logged.
    requestHandler: { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true },
    ...config,
  });
  for (const name of UNUSED) client.middlewareStack.remove(name);
  return client;
};

/** A tenth of an event's processor time: there is no logger, DynamoDB invokes no function in turn, and answers all user agents alike. */
const UNUSED = ['loggerMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware'];
