import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { DynamoError } from './errors.ts';
import { forward } from './forward.ts';
import { openOperations } from './operations.ts';

export interface Engine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * DynamoDB in the memory of this process, at an endpoint of its own. What is for another service is answered by the cloud
 * behind it.
 */
export const startEngine = async (cloud: () => Promise<string>): Promise<Engine> => {
  const operate = openOperations();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [service, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    if (service !== 'DynamoDB_20120810') return forward(await cloud(), request, response);
    const { status, body } = answerOf(operate, operation, await buffer(request));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const answerOf = (operate: ReturnType<typeof openOperations>, operation: string, body: Buffer) => {
  try {
    return { status: 200, body: JSON.stringify(operate(operation, JSON.parse(body.toString()) as never)) };
  } catch (error) {
    if (!(error instanceof DynamoError)) throw error;
    const { name, message, members } = error;
    const refusal = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...members };
    return { status: 400, body: JSON.stringify(refusal) };
  }
};
