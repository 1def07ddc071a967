import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import {
  type FunctionConfiguration,
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { clientConfig } from '../../lib/process/environment.ts';
import { describeDeployment, writeDeployment } from './deployment.ts';
import { authorized } from './map/services.ts';
import { type Call, nameOf, openRecording, recordedProject } from './recording.ts';

/**
 * A proxy between each deployed function and the local cloud, at a port of its own, which records the IAM checks of
 * every call. A signed URL names that port too, so its requests count for the function that signed it. Neither bodies
 * nor credentials are stored.
 */
export const recordCalls = async (endpoint: string): Promise<{ stop(): void }> => {
  const deployment = await describeDeployment(endpoint, ['Tributary-Data', 'Tributary-App']);
  const recordings = new Map<string, ReturnType<typeof openRecording>>();
  const recordingOf = (project: string) => {
    const recording = recordings.get(project) ?? openRecording(project);
    if (!recordings.has(project)) writeDeployment(deployment, project);
    recordings.set(project, recording);
    return recording;
  };
  recordingOf(recordedProject());
  const write = (call: Call): void => recordingOf(recordedProject()).write(call);
  const client = new LambdaClient(clientConfig(endpoint));
  const functions: FunctionConfiguration[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) functions.push(...Functions);
  const servers = await Promise.all(
    functions.map(async (one) => {
      const server = createServer((incoming, response) => {
        forward(incoming, response, { endpoint, name: nameOf(one), write }).catch(() => incoming.socket.destroy());
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      await redirect(one, { client, endpoint, to: `http://127.0.0.1:${port}` });
      return server;
    }),
  );
  return {
    stop() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
};

interface Redirection {
  readonly client: LambdaClient;
  readonly endpoint: string;
  readonly to: string;
}

/** Queue URLs have the local cloud's address, which the SDK uses. */
const redirect = async (
  { FunctionName = '', Environment: { Variables = {} } = {} }: FunctionConfiguration,
  { client, endpoint, to }: Redirection,
): Promise<void> => {
  const { port } = new URL(endpoint);
  // Some are part of JSON.
  const ours = new RegExp(`http://[^/"]*:${port}(?=[/"]|$)`, 'g');
  const moved = Object.entries(Variables).map(([name, value]) => [name, value.replaceAll(ours, to)] as const);
  await client.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Environment: { Variables: { ...Object.fromEntries(moved), AWS_ENDPOINT_URL: to } },
    }),
  );
  await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { FunctionName });
};

interface Place {
  readonly endpoint: string;
  readonly name: string;
  readonly write: (call: Call) => void;
}

const forward = async (incoming: IncomingMessage, response: ServerResponse, place: Place): Promise<void> => {
  const { method = '', url: path = '/' } = incoming;
  const url = new URL(path, place.endpoint);
  const headers = flat(incoming);
  const service = serviceOf(headers, url);
  // S3's IAM checks don't depend on the bytes, of which there may be gigabytes.
  const body = service === 's3' ? undefined : await buffer(incoming);
  const { expect: _, ...passed } = incoming.headers;
  const { hostname, port } = url;
  const outgoing = open({ hostname, port, method, path, headers: passed });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  // A response can come before all is sent: then the rest is discarded.
  if (body === undefined) pipeline(incoming, outgoing).catch(() => {});
  else outgoing.end(body);
  const answer = await answered;
  const { statusCode: status = 0 } = answer;
  const call = { method, url, headers, body: body?.toString() ?? '', status };
  // The local cloud denies nothing for lack of permissions: this URL was not signed by the function.
  const isForged = status === 403 && url.searchParams.has('X-Amz-Signature');
  // A browser sends an unsigned preflight to S3.
  const isPreflight = method === 'OPTIONS';
  if (!isForged && !isPreflight) place.write(recorded(service, call, place.name));
  response.writeHead(status, answer.headers);
  await pipeline(answer, response);
};

const recorded = (service: string, call: Parameters<typeof authorized>[1], name: string): Call => {
  try {
    return { function: name, service, ...authorized(service, call) };
  } catch (error) {
    return { function: name, service, operation: call.method, requests: [], problem: String(error) };
  }
};

const flat = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]));

/** `20260101/us-east-1/dynamodb/aws4_request`, in a header or in a signed URL. */
const serviceOf = ({ authorization = '' }: Readonly<Record<string, string>>, { searchParams }: URL): string =>
  /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(
    `${authorization} Credential=${searchParams.get('X-Amz-Credential') ?? ''}`,
  )?.[1] ?? 'unsigned';
