import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { request as send } from 'undici';
import type { Capacity } from '../capacity/capacity.ts';
import { answerWithin } from '../capacity/short.ts';
import { generator } from '../random.ts';
import { openProxy } from '../servers/proxy.ts';
import { answerHalf, isBatch } from './partial.ts';

/** What can go wrong between us and DynamoDB. `…Late` faults strike after the request took effect. */
export const faultKinds = [
  'throttled',
  'serverError',
  'serverErrorLate',
  'reset',
  'resetLate',
  /** No answer for longer than the client waits. */
  'timeout',
  'timeoutLate',
  /** A transaction on the same item is under way, of whatever kind the request is. */
  'conflict',
  /** The transaction itself is, as an earlier try of it was not answered. */
  'inProgress',
  'partial',
  'slow',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Strikes certain requests, whatever the dice say. */
export interface FaultRule {
  readonly fault: FaultKind;
  readonly operation: string;
  /** What the request's body has in it. */
  readonly holding?: string;
  /** How many of them. @default all */
  readonly times?: number;
}

export interface FaultPlan {
  readonly seed?: number;
  /** The share of requests that something happens to by chance. @default 0 */
  readonly rate?: number;
  /** @default all of them */
  readonly kinds?: readonly FaultKind[];
  readonly rules?: readonly FaultRule[];
  /** Longer than the client's `requestTimeout`. @default that of an impatient one and half as much again */
  readonly hangMs?: number;
  /** What the table and its indexes take. @default any number of requests */
  readonly capacity?: Capacity;
  /** Is told of each request. */
  readonly watch?: (operation: string, body: Buffer) => void;
}

/** The `requestTimeout` of a client that gives a request up before a test gets long. */
export const IMPATIENT_MS = 1_000;

/**
 * A proxy in front of an emulator of DynamoDB, or of a service beside it, that does to requests what networks and services do. The same seed gives the
 * same sequence of faults; which request meets which is up to the order in which they arrive.
 */
export const startFaultyProxy = async (target: string, plan: FaultPlan) => {
  const { seed = 0, rate = 0, kinds = faultKinds, rules = [], hangMs = IMPATIENT_MS * 1.5, capacity, watch } = plan;
  const random = generator(seed);
  const struck: Partial<Record<FaultKind, number>> = {};
  const used = new Map<FaultRule, number>();
  /** Each kind strikes once before any does again: a few requests meet many of them. */
  const deck: FaultKind[] = [];

  const byRule = (operation: string, body: Buffer): FaultKind | undefined => {
    const rule = rules.find(
      (one) =>
        one.operation === operation &&
        (used.get(one) ?? 0) < (one.times ?? Number.POSITIVE_INFINITY) &&
        (one.holding === undefined || body.includes(one.holding)),
    );
    if (rule) used.set(rule, (used.get(rule) ?? 0) + 1);
    return rule?.fault;
  };
  const byChance = (operation: string): FaultKind | undefined => {
    if (random() >= rate || !kinds.some((kind) => canStrike(kind, operation))) return undefined;
    if (!deck.some((kind) => canStrike(kind, operation))) deck.push(...shuffled(kinds, random));
    const at = deck.findIndex((kind) => canStrike(kind, operation));
    return deck.splice(at, 1)[0];
  };

  const proxy = await openProxy(async (request, response, isOn) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const body = await buffer(request);
    watch?.(operation, body);
    const fault = isOn ? (byRule(operation, body) ?? byChance(operation)) : undefined;
    if (fault) struck[fault] = (struck[fault] ?? 0) + 1;
    const limited = isOn ? capacity : undefined;
    await strike(fault, { request, response, operation, body, target, hangMs, capacity: limited });
  });
  return {
    ...proxy,
    /** How often each fault struck. */
    struck,
  };
};

const canStrike = (kind: FaultKind, operation: string): boolean => {
  if (kind === 'conflict') return CONFLICTING.has(operation);
  if (kind === 'inProgress') return operation === 'TransactWriteItems';
  return kind !== 'partial' || isBatch(operation);
};

const CONFLICTING = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchExecuteStatement']);

const shuffled = (kinds: readonly FaultKind[], random: () => number): FaultKind[] =>
  kinds
    .map((kind) => ({ kind, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ kind }) => kind);

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly operation: string;
  readonly body: Buffer;
  readonly target: string;
  readonly hangMs: number;
  readonly capacity: Capacity | undefined;
}

const strike = async (fault: FaultKind | undefined, exchange: Exchange): Promise<void> => {
  const { request, response, hangMs } = exchange;
  switch (fault) {
    case undefined:
      return answer(response, await call(exchange));
    case 'throttled':
      return fail(response, 400, 'ProvisionedThroughputExceededException');
    case 'serverError':
      return fail(response, 500, 'InternalServerError');
    case 'serverErrorLate':
      await call(exchange);
      return fail(response, 500, 'InternalServerError');
    case 'reset':
      request.socket.destroy();
      return;
    case 'resetLate':
      await call(exchange);
      request.socket.destroy();
      return;
    case 'timeout':
      await sleep(hangMs);
      request.socket.destroy();
      return;
    case 'timeoutLate':
      await call(exchange);
      await sleep(hangMs);
      request.socket.destroy();
      return;
    case 'conflict':
      return meetTransaction(exchange);
    case 'inProgress':
      return fail(response, 400, 'TransactionInProgressException');
    case 'partial': {
      const { operation, body } = exchange;
      return answer(response, await answerHalf(operation, body, (part) => call({ ...exchange, body: part })));
    }
    case 'slow':
      await sleep(hangMs / 5);
      return answer(response, await call(exchange));
  }
};

/** A single write is refused by an exception of its own, a statement of a batch by a code; the other half of it is done. */
const meetTransaction = async (exchange: Exchange): Promise<void> => {
  const { response, operation, body } = exchange;
  const Message = 'Transaction is ongoing for the item';
  if (operation === 'TransactWriteItems')
    return fail(response, 400, 'TransactionCanceledException', {
      CancellationReasons: [{ Code: 'TransactionConflict', Message }],
    });
  if (operation !== 'BatchExecuteStatement') return fail(response, 400, 'TransactionConflictException');
  const send = (part: Buffer) => call({ ...exchange, body: part });
  return answer(response, await answerHalf(operation, body, send, { Code: 'TransactionConflict', Message }));
};

export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

type Forwarded = Pick<Exchange, 'request' | 'operation' | 'body' | 'target' | 'capacity'>;

const call = ({ capacity, ...exchange }: Forwarded): Promise<RawAnswer> => {
  const { operation, body } = exchange;
  if (!capacity) return forward(exchange);
  return answerWithin(capacity, operation, body, (part) => forward({ ...exchange, body: part }));
};

const forward = async ({ request, body, target }: Omit<Forwarded, 'capacity'>): Promise<RawAnswer> => {
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
  const told = await send(new URL(request.url ?? '/', target), {
    method: 'POST',
    headers: headers as Record<string, string>,
    body,
  });
  return { status: told.statusCode, body: Buffer.from(await told.body.arrayBuffer()) };
};

const answer = (response: ServerResponse, { status, body }: RawAnswer): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
};

const fail = (response: ServerResponse, status: number, name: string, more: object = {}): void => {
  const type = `com.amazonaws.dynamodb.v20120810#${name}`;
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type })
    .end(JSON.stringify({ __type: type, message: 'Injected.', ...more }));
};
