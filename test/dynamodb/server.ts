import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { DynamoError } from './errors.ts';
import { forward } from './forward.ts';
import { openOperations } from './operations.ts';

export interface EngineAnswer {
  readonly status: number;
  readonly text: string;
}

export interface Engine {
  readonly endpoint: string;
  /** Answers one request, given by its `x-amz-target` header and its body, without HTTP. */
  answer(target: string, body: string): EngineAnswer;
  stop(): Promise<void>;
}

/** Where an engine says which cloud is behind it. */
export const CLOUD_PATH = '/_cloud';

/**
 * DynamoDB in the memory of this process, at an endpoint of its own. What is for another service is answered by the cloud
 * behind it.
 */
export const startEngine = async (cloud: () => Promise<string>): Promise<Engine> => {
  const operate = openOperations();
  const answer: Engine['answer'] = (target, body) => answerOf(operate, target.slice(SERVICE.length), body);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === CLOUD_PATH) return void response.end(await cloud());
    const target = String(request.headers['x-amz-target'] ?? '');
    if (!target.startsWith(SERVICE)) return forward(await cloud(), request, response);
    const { status, text } = answer(target, (await buffer(request)).toString());
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
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
    answer,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const SERVICE = 'DynamoDB_20120810.';

const answerOf = (operate: ReturnType<typeof openOperations>, operation: string, body: string): EngineAnswer => {
  try {
    return { status: 200, text: JSON.stringify(operate(operation, JSON.parse(body) as never)) };
  } catch (error) {
    if (!(error instanceof DynamoError)) throw error;
    const { name, message, members } = error;
    const refusal = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...members };
    return { status: 400, text: JSON.stringify(refusal) };
  }
};
