import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  DeleteCommand,
  type DeleteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { timeouts } from '../../timeouts.ts';
import type { Connection, Interceptor } from './dynamo.ts';
import { MAX_ATTEMPTS } from './retry/client-retry.ts';
import type { Operations } from './wire.ts';

type WireOperations = {
  readonly [O in keyof Operations]: (input: Operations[O]['input']) => Promise<Operations[O]['output']>;
};

export type Documents = ReturnType<typeof openDocuments>;

/** DynamoDB through the SDK's clients. Loaded on first use: an event of a known profile does not need it. */
export const openDocuments = (
  { requestTimeout = timeouts.requestTimeout, ...connection }: Connection,
  interceptor?: Interceptor,
) => {
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
  const wired: WireOperations = {
    GetItem: (input) => documents.send(new GetCommand(input)),
    BatchGetItem: (input) => documents.send(new BatchGetCommand(input)),
    PutItem: (input) => documents.send(new PutCommand(input)),
    BatchExecuteStatement: (input) => documents.send(new BatchExecuteStatementCommand(input)),
    TransactWriteItems: (input) => documents.send(new TransactWriteCommand(input)),
  };
  return {
    query: (input: QueryCommandInput) => documents.send(new QueryCommand(input)),
    update: (input: UpdateCommandInput) => documents.send(new UpdateCommand(input)),
    remove: (input: DeleteCommandInput) => documents.send(new DeleteCommand(input)),
    wired,
  };
};

/**
 * Middleware that costs a tenth of a request's CPU time: there is no logger, DynamoDB invokes no functions, and the
 * user agent does not matter.
 */
const UNUSED = ['loggerMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware'];
