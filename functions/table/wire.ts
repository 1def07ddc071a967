import type { Readable } from 'node:stream';
import type {
  BatchExecuteStatementCommandOutput as Executed,
  BatchExecuteStatementCommandInput as ExecuteInput,
  GetItemCommandInput as GetInput,
  BatchGetItemCommandInput as GetManyInput,
  GetItemCommandOutput as Got,
  BatchGetItemCommandOutput as GotMany,
  PutItemCommandOutput as Put,
  PutItemCommandInput as PutInput,
  TransactWriteItemsCommandOutput as Transacted,
  TransactWriteItemsCommandInput as TransactInput,
} from '@aws-sdk/client-dynamodb';
import { HttpRequest } from '@smithy/core/protocols';
import { isServerError, isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { RetryErrorType, SdkError } from '@smithy/types';
import { openSigner } from './sign.ts';

export interface Operations {
  readonly GetItem: { readonly input: GetInput; readonly output: Got };
  readonly BatchGetItem: { readonly input: GetManyInput; readonly output: GotMany };
  readonly PutItem: { readonly input: PutInput; readonly output: Put };
  readonly BatchExecuteStatement: { readonly input: ExecuteInput; readonly output: Executed };
  readonly TransactWriteItems: { readonly input: TransactInput; readonly output: Transacted };
}
export type Operation = keyof Operations;
export type Send = <O extends Operation>(
  operation: O,
  input: Operations[O]['input'],
) => Promise<Operations[O]['output']>;

/** Four tries of five seconds at most: a caller waits 29. */
export const MAX_ATTEMPTS = 4;
// Without the last, a request that takes too long is only logged.
export const timeouts = { requestTimeout: 5_000, connectionTimeout: 1_000, throwOnRequestTimeout: true } as const;

export interface Wire {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** How long one try waits for its answer. @default five seconds */
  readonly requestTimeout?: number;
}

/**
 * The few operations that every event needs, sent by the SDK's own parts (its retries, connections and timeouts) without its
 * client, which costs each request twice as much again, and each start. Binary attributes can't be sent.
 */
export const openWire = ({ endpoint, region, credentials, ...waiting }: Wire): Send => {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const http = new NodeHttpHandler({ ...timeouts, ...waiting });
  const retries = new StandardRetryStrategy(MAX_ATTEMPTS);
  const sign = openSigner({ region, credentials });

  const attempt = async <O extends Operation>(operation: O, body: string): Promise<Operations[O]['output']> => {
    const given = {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    const headers = { ...sign(given, body, new Date()), 'content-length': `${Buffer.byteLength(body)}` };
    const { response } = await http.handle(
      new HttpRequest({
        method: 'POST',
        protocol,
        hostname,
        ...(port && { port: Number(port) }),
        path: '/',
        headers,
        body,
      }),
    );
    const said = await text(response.body);
    if (response.statusCode !== 200) throw failure(response.statusCode, refusalOf(said));
    // DynamoDB's own answer to this operation, which the SDK takes by its word too.
    return JSON.parse(said);
  };

  return async (operation, input) => {
    const body = JSON.stringify(input);
    for (let token = await retries.acquireInitialRetryToken(''); ; ) {
      try {
        const output = await attempt(operation, body);
        retries.recordSuccess(token);
        return output;
      } catch (error) {
        // Waits; fails where it makes no sense to try again.
        token = await retries.refreshRetryTokenForRetry(token, { errorType: typeOf(error) }).catch(() => {
          throw error;
        });
      }
    }
  };
};

const text = (body: Readable): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.on('end', () => resolve(Buffer.concat(chunks).toString()));
    body.on('error', reject);
  });

interface Refusal {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** What stands between us and DynamoDB may answer anything. */
const refusalOf = (said: string): Refusal => {
  try {
    return JSON.parse(said) ?? {};
  } catch {
    return {};
  }
};

/** As the SDK's client has it: the error's name is DynamoDB's, its members are the answer's. */
const failure = (httpStatusCode: number, { __type = '', message, Message, ...more }: Refusal): Error =>
  Object.assign(new Error(message ?? Message ?? `DynamoDB answered ${httpStatusCode}.`), more, {
    name: __type.split('#').at(-1) || 'Error',
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });

const typeOf = (error: unknown): RetryErrorType => {
  if (!(error instanceof Error)) return 'CLIENT_ERROR';
  // Any error can be asked about: the type only lists what may be looked at.
  const asked = error as SdkError;
  if (isThrottlingError(asked)) return 'THROTTLING';
  if (isTransientError(asked)) return 'TRANSIENT';
  return isServerError(asked) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
};
