import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What can go wrong between us and DynamoDB. `…Late` faults strike after the request took effect. */
export const faultKinds = [
  'throttled',
  'serverError',
  'serverErrorLate',
  'reset',
  'resetLate',
  'conflict',
  'partial',
  'slow',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultPlan {
  readonly seed: number;
  /** The share of requests that something happens to. */
  readonly rate: number;
  /** @default all of them */
  readonly kinds?: readonly FaultKind[];
  /** Only these operations, such as `PutItem`. @default all of them */
  readonly operations?: readonly string[];
}

/**
 * A proxy in front of a DynamoDB emulator that does to requests what networks and services do. The same seed gives the
 * same sequence of faults; which request meets which is up to the order in which they arrive.
 */
export const startFaultyProxy = async (target: string, plan: FaultPlan) => {
  const random = generator(plan.seed);
  const { kinds = faultKinds } = plan;
  const struck: Partial<Record<FaultKind, number>> = {};
  let isOn = true;

  const choose = (operation: string): FaultKind | undefined => {
    const [dice, pick] = [random(), random()];
    if (!isOn || dice >= plan.rate || (plan.operations && !plan.operations.includes(operation))) return undefined;
    const fault = kinds[Math.floor(pick * kinds.length)];
    if (!fault || (fault === 'conflict' && operation !== 'TransactWriteItems')) return undefined;
    if (fault === 'partial' && !(operation in halves)) return undefined;
    struck[fault] = (struck[fault] ?? 0) + 1;
    return fault;
  };

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const body = await buffer(request);
    const fault = choose(operation);
    try {
      await strike(fault, { request, response, body, target, operation });
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    /** How often each fault struck. */
    struck,
    /** From here on everything works: for looking at what is left. */
    calm: () => {
      isOn = false;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly target: string;
  readonly operation: string;
}

const strike = async (fault: FaultKind | undefined, exchange: Exchange): Promise<void> => {
  const { request, response } = exchange;
  switch (fault) {
    case undefined:
      return forward(exchange);
    case 'throttled':
      return fail(response, 400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException');
    case 'serverError':
      return fail(response, 500, 'com.amazonaws.dynamodb.v20120810#InternalServerError');
    case 'serverErrorLate':
      await call(exchange);
      return fail(response, 500, 'com.amazonaws.dynamodb.v20120810#InternalServerError');
    case 'reset':
      request.socket.destroy();
      return;
    case 'resetLate':
      await call(exchange);
      request.socket.destroy();
      return;
    case 'conflict':
      return fail(response, 400, 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', {
        CancellationReasons: [{ Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }],
      });
    case 'partial':
      return halves[exchange.operation]?.(exchange);
    case 'slow':
      await sleep(300);
      return forward(exchange);
  }
};

const call = async ({ request, body, target }: Exchange) => {
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
  const answer = await fetch(target, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: new Uint8Array(body),
  });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
};

const forward = async (exchange: Exchange): Promise<void> => {
  const { status, body } = await call(exchange);
  exchange.response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
};

const fail = (response: ServerResponse, status: number, type: string, more: object = {}): void => {
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type })
    .end(JSON.stringify({ __type: type, message: 'Injected.', ...more }));
};

/** Reads the first half of the keys and hands the others back as unprocessed. */
const readHalf = async (exchange: Exchange): Promise<void> => {
  const asked: { RequestItems: Record<string, { Keys: unknown[] }> } = JSON.parse(exchange.body.toString());
  const [[name, all] = ['', { Keys: [] }]] = Object.entries(asked.RequestItems);
  const half = Math.floor(all.Keys.length / 2);
  const left = { [name]: { ...all, Keys: all.Keys.slice(half) } };
  if (half === 0) {
    exchange.response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ Responses: {}, UnprocessedKeys: left }));
    return;
  }
  const first = { ...asked, RequestItems: { [name]: { ...all, Keys: all.Keys.slice(0, half) } } };
  const { status, body } = await call({ ...exchange, body: Buffer.from(JSON.stringify(first)) });
  const answer = JSON.parse(body.toString());
  exchange.response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify(status === 200 ? { ...answer, UnprocessedKeys: left } : answer));
};

/** Executes the first half of the statements and throttles the others. */
const executeHalf = async (exchange: Exchange): Promise<void> => {
  const { Statements: all, ...asked }: { Statements: unknown[] } = JSON.parse(exchange.body.toString());
  const half = Math.ceil(all.length / 2);
  const first = JSON.stringify({ ...asked, Statements: all.slice(0, half) });
  const { status, body } = await call({ ...exchange, body: Buffer.from(first) });
  const answer = JSON.parse(body.toString());
  const throttled = all.slice(half).map(() => ({ Error: { Code: 'ThrottlingError', Message: 'Injected.' } }));
  exchange.response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify(status === 200 ? { ...answer, Responses: [...answer.Responses, ...throttled] } : answer));
};

const halves: Readonly<Record<string, (exchange: Exchange) => Promise<void>>> = {
  BatchGetItem: readHalf,
  BatchExecuteStatement: executeHalf,
};

/** mulberry32: small, and the same everywhere. */
const generator = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};
