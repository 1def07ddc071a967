import type {
  BatchGetCommandInput as BatchGetInput,
  BatchGetCommandOutput as BatchGetOutput,
  BatchExecuteStatementCommandInput as ExecuteInput,
  BatchExecuteStatementCommandOutput as ExecuteOutput,
  GetCommandInput as GetInput,
  GetCommandOutput as GetOutput,
  PutCommandInput as PutInput,
  PutCommandOutput as PutOutput,
  TransactWriteCommandInput as TransactInput,
  TransactWriteCommandOutput as TransactOutput,
} from '@aws-sdk/lib-dynamodb';
import { timeouts } from '../../timeouts.ts';
import { openMarshaller } from './marshall.ts';
import { openClientRetry, type Throttling } from './retry/client-retry.ts';
import type { Credentials } from './signing/credentials.ts';
import { openSigner } from './signing/sign.ts';
import { openHttp } from './transport/http.ts';
import type { TransportFactory } from './transport/transport.ts';
import { unmarshall } from './unmarshall.ts';

/** Plain values both ways; only what comes with an error is in DynamoDB's own types. */
export interface Operations {
  readonly GetItem: { readonly input: GetInput; readonly output: GetOutput };
  readonly BatchGetItem: { readonly input: BatchGetInput; readonly output: BatchGetOutput };
  readonly PutItem: { readonly input: PutInput; readonly output: PutOutput };
  readonly BatchExecuteStatement: { readonly input: ExecuteInput; readonly output: ExecuteOutput };
  readonly TransactWriteItems: { readonly input: TransactInput; readonly output: TransactOutput };
}
export type Operation = keyof Operations;
export type Send = <O extends Operation>(
  operation: O,
  input: Operations[O]['input'],
  /** Who tries again what was throttled. @default the client */
  throttling?: Throttling,
) => Promise<Operations[O]['output']>;

export interface Wire {
  readonly endpoint: string;
  readonly region: string;
  /** Those of a process that outlives them are asked for with each request. */
  readonly credentials: Credentials | (() => Promise<Credentials>);
  /** How long one try waits for its answer. @default five seconds */
  readonly requestTimeout?: number;
}

/**
 * The few operations that every event and row needs, sent without the SDK's client, which costs each request twice as much
 * again, and each start; tried again as the SDK does. Binary attributes can't be sent.
 */
export const openWire = (
  { endpoint, region, credentials, ...given }: Wire,
  openTransport: TransportFactory = openHttp,
): Send => {
  const url = new URL(endpoint);
  const transport = openTransport(url, { ...timeouts, ...given });
  const withRetry = openClientRetry();
  const signer = openSignerSource(region, credentials);
  const marshall = openMarshaller();

  const attempt = async (operation: Operation, body: Buffer): Promise<string> => {
    const headersToSign = {
      host: url.host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    const headers = ['content-length', `${body.length}`];
    const sign = typeof signer === 'function' ? await signer() : signer.sign;
    const signed = sign(headersToSign, body, new Date());
    for (const name in signed) headers.push(name, signed[name] ?? '');
    const { status, text } = await transport(headers, body);
    if (status !== 200) throw serviceError(status, parseErrorBody(text));
    return text;
  };

  const sendBody = async <O extends Operation>(
    operation: O,
    body: Buffer,
    throttling?: Throttling,
  ): Promise<Operations[O]['output']> => parseResponse(await withRetry(() => attempt(operation, body), throttling));
  // No function that waits holds what is written here: it would outlive collections of garbage, and be copied by each.
  return (operation, input, throttling) => sendBody(operation, marshall(input), throttling);
};

type Sign = ReturnType<typeof openSigner>;

/** Its own for each set of credentials: what it has made of their secret is kept. */
const openSignerSource = (
  region: string,
  credentials: Wire['credentials'],
): { readonly sign: Sign } | (() => Promise<Sign>) => {
  if (typeof credentials !== 'function') return { sign: openSigner({ region, credentials }) };
  let last: { readonly of: Credentials; readonly sign: Sign } | undefined;
  return async () => {
    const of = await credentials();
    if (last?.of !== of) last = { of, sign: openSigner({ region, credentials: of }) };
    return last.sign;
  };
};

/** DynamoDB's own answer to an operation, which the SDK takes by its word too. */
const parseResponse = <O extends Operation>(text: string): Operations[O]['output'] => {
  const response = JSON.parse(text);
  const { Item, Responses, UnprocessedKeys } = response;
  if (Item) response.Item = unmarshall(Item);
  if (Responses && !Array.isArray(Responses))
    for (const table of Object.keys(Responses)) Responses[table] = Responses[table].map(unmarshall);
  for (const table of Object.keys(UnprocessedKeys ?? {}))
    UnprocessedKeys[table].Keys = UnprocessedKeys[table].Keys.map(unmarshall);
  return response;
};

interface ErrorBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** What stands between us and DynamoDB may answer anything. */
const parseErrorBody = (said: string): ErrorBody => {
  try {
    return JSON.parse(said) ?? {};
  } catch {
    return {};
  }
};

/** As the SDK's client has it: the error's name is DynamoDB's, its members are the answer's. */
const serviceError = (httpStatusCode: number, { __type = '', message, Message, ...more }: ErrorBody): Error =>
  Object.assign(new Error(message ?? Message ?? `DynamoDB answered ${httpStatusCode}.`), more, {
    name: __type.split('#').at(-1) || 'Error',
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });
