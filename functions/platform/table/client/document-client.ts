import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { timeouts } from '../../timeouts.ts';
import type { Connection, Interceptor } from './dynamo.ts';
import { MAX_ATTEMPTS } from './retry/client-retry.ts';
import type { Operations } from './wire.ts';

/** The operations of `Wire`, with its inputs and outputs. */
export type Documents = {
  readonly [O in keyof Operations]: (input: Operations[O]['input']) => Promise<Operations[O]['output']>;
};

/** DynamoDB through the SDK's clients. Loaded on first use: functions do not need it. */
export const openDocuments = (
  { requestTimeout = timeouts.requestTimeout, ...connection }: Connection,
  interceptor?: Interceptor,
): Documents => {
  const requestHandler = { ...timeouts, requestTimeout };
  const client = new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS, requestHandler, ...connection });
  for (const name of UNUSED) client.middlewareStack.remove(name);
  if (interceptor) {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          interceptor({ command: commandName, input: args.input }, (more) =>
            next({ ...args, input: { ...args.input, ...more } }),
          ),
      { step: 'initialize' },
    );
  }
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    GetItem: (input) => documents.send(new GetCommand(input)),
    BatchGetItem: (input) => documents.send(new BatchGetCommand(input)),
    Query: (input) => documents.send(new QueryCommand(input)),
    PutItem: (input) => documents.send(new PutCommand(input)),
    UpdateItem: (input) => documents.send(new UpdateCommand(input)),
    DeleteItem: (input) => documents.send(new DeleteCommand(input)),
    BatchExecuteStatement: (input) => documents.send(new BatchExecuteStatementCommand(input)),
    TransactWriteItems: (input) => documents.send(new TransactWriteCommand(input)),
  };
};

/**
 * Middleware that costs a tenth of a request's CPU time: there is no logger, DynamoDB invokes no functions, and the
 * user agent does not matter.
 */
const UNUSED = ['loggerMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware'];
