import type {
  BatchGetCommandInput as BatchGetInput,
  BatchGetCommandOutput as BatchGetOutput,
  DeleteCommandInput as DeleteInput,
  DeleteCommandOutput as DeleteOutput,
  BatchExecuteStatementCommandInput as ExecuteInput,
  BatchExecuteStatementCommandOutput as ExecuteOutput,
  GetCommandInput as GetInput,
  GetCommandOutput as GetOutput,
  PutCommandInput as PutInput,
  PutCommandOutput as PutOutput,
  QueryCommandInput as QueryInput,
  QueryCommandOutput as QueryOutput,
  TransactWriteCommandInput as TransactInput,
  TransactWriteCommandOutput as TransactOutput,
  UpdateCommandInput as UpdateInput,
  UpdateCommandOutput as UpdateOutput,
} from '@aws-sdk/lib-dynamodb';
import { timeouts } from '../../timeouts.ts';
import { openMarshaller } from './marshall.ts';
import { openClientRetry, type Throttling } from './retry/client-retry.ts';
import type { Credentials } from './signing/credentials.ts';
import { openSigner } from './signing/sign.ts';
import { openHttp } from './transport/http.ts';
import type { TransportFactory } from './transport/transport.ts';
import { unmarshall } from './unmarshall.ts';

/** Inputs and outputs have plain values. Only the items of errors have DynamoDB's own types. */
export interface Operations {
  readonly GetItem: { readonly input: GetInput; readonly output: GetOutput };
  readonly BatchGetItem: { readonly input: BatchGetInput; readonly output: BatchGetOutput };
  readonly Query: { readonly input: QueryInput; readonly output: QueryOutput };
  readonly PutItem: { readonly input: PutInput; readonly output: PutOutput };
  readonly UpdateItem: { readonly input: UpdateInput; readonly output: UpdateOutput };
  readonly DeleteItem: { readonly input: DeleteInput; readonly output: DeleteOutput };
  readonly BatchExecuteStatement: { readonly input: ExecuteInput; readonly output: ExecuteOutput };
  readonly TransactWriteItems: { readonly input: TransactInput; readonly output: TransactOutput };
}
export type Operation = keyof Operations;
export type Send = <O extends Operation>(
  operation: O,
  input: Operations[O]['input'],
  /** Who retries throttled requests. @default the client */
  throttling?: Throttling,
) => Promise<Operations[O]['output']>;

export interface Wire {
  readonly endpoint: string;
  readonly region: string;
  /** A function if the process can outlive its credentials. It is called for each request. */
  readonly credentials: Credentials | (() => Promise<Credentials>);
  /** The timeout of one attempt. @default five seconds */
  readonly requestTimeout?: number;
}

/**
 * Sends all requests of the table without the SDK's client, which triples the cost of a request and slows down every
 * start. Retries like the SDK. Binary attributes are not supported.
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
  // `input` is marshalled before the asynchronous function starts, so that no pending call keeps it alive: it would
  // survive garbage collections, and each would copy it.
  return (operation, input, throttling) => sendBody(operation, marshall(input), throttling);
};

type Sign = ReturnType<typeof openSigner>;

/** One signer for each set of credentials, since a signer caches keys derived from their secret. */
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

/** Parses DynamoDB's response. Like the SDK, it trusts the shape. */
const parseResponse = <O extends Operation>(text: string): Operations[O]['output'] => {
  const response = JSON.parse(text);
  const { Items, Responses, UnprocessedKeys } = response;
  for (const name of SINGLE) if (response[name]) response[name] = unmarshall(response[name]);
  if (Items) response.Items = Items.map(unmarshall);
  if (Responses && !Array.isArray(Responses))
    for (const table of Object.keys(Responses)) Responses[table] = Responses[table].map(unmarshall);
  for (const table of Object.keys(UnprocessedKeys ?? {}))
    UnprocessedKeys[table].Keys = UnprocessedKeys[table].Keys.map(unmarshall);
  return response;
};

/** Members of responses with the attributes of one item. */
const SINGLE = ['Item', 'Attributes', 'LastEvaluatedKey'] as const;

interface ErrorBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** A proxy in front of DynamoDB can return anything. */
const parseErrorBody = (text: string): ErrorBody => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
};

/** Builds an error like the SDK's: its name is DynamoDB's code, its members are those of the response. */
const serviceError = (httpStatusCode: number, { __type = '', message, Message, ...more }: ErrorBody): Error =>
  Object.assign(new Error(message ?? Message ?? `DynamoDB answered ${httpStatusCode}.`), more, {
    name: __type.split('#').at(-1) || 'Error',
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });
