import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiError } from '../errors.ts';
import type { Services } from '../resources/services.ts';
import type { Caller, RequestContext } from './context.ts';
import type { Selection } from './query/reading.ts';
import type { Route } from './route.ts';
import type { RateLimits } from './throttle.ts';

export type Headers = Readonly<Record<string, string>>;

/** A request whose route is known. */
export interface Received {
  readonly route: Route;
  readonly event: APIGatewayProxyEventV2;
  readonly params: Readonly<Record<string, string>>;
}

/** Who sends a request. */
export interface Authenticated {
  /** The id of the caller's account; empty where a request belongs to none: then nothing limits its rate. */
  readonly account: string;
  readonly caller: Caller;
  readonly limits?: RateLimits;
}

/** The content of a request, checked against its route. */
export interface Decoded {
  readonly query: unknown;
  readonly body: unknown;
  readonly selection: Selection;
  /** For every answer from here on, also for errors. */
  readonly headers: Headers;
  /** For a successful answer. */
  readonly successHeaders?: Headers;
}

/**
 * How one family of routes is spoken: each route names its protocol, and nothing depends on a path's prefix. Everything
 * that differs between families is here: who may call, how a request is read, how an answer and an error look.
 */
export interface Protocol<
  Context extends RequestContext = RequestContext,
  Sender extends Authenticated = Authenticated,
> {
  readonly name: string;
  /** The content type of answers, where a route has none of its own. */
  readonly mediaType: string;
  /** The content type of request bodies, for the reference. */
  readonly requestType: string;
  /** Headers of every answer. */
  headers?(requestId: string): Headers;
  /** The answer to a request that failed. */
  fail(error: ApiError, event: APIGatewayProxyEventV2): { readonly headers: Headers; readonly body: string };
  /** Called once a process, so that an implementation can keep a cache. */
  open(): OpenProtocol<Context, Sender>;
}

export interface OpenProtocol<
  Context extends RequestContext = RequestContext,
  Sender extends Authenticated = Authenticated,
> {
  /** @throws ApiError where the caller is unknown, or may not call this route. */
  authenticate(request: Received, services: Services): Promise<Sender>;
  /** The raw body is in `event.body`. @throws ApiError `invalid` with every problem at once. */
  decode(request: Received, sender: Sender): Promise<Decoded>;
  /** What handlers of this protocol are given. */
  contextOf(request: RequestContext, sender: Sender): Context;
}
