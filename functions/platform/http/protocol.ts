import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiError } from '../errors.ts';
import type { Services } from '../resources/services.ts';
import type { Caller, RequestContext } from './context.ts';
import type { Selection } from './query/selection.ts';
import type { Route } from './route.ts';
import type { RateLimits } from './throttle.ts';

export type Headers = Readonly<Record<string, string>>;

/** A request with its route. */
export interface MatchedRequest {
  readonly route: Route;
  readonly event: APIGatewayProxyEventV2;
  readonly params: Readonly<Record<string, string>>;
}

/** The authenticated sender of a request. */
export interface Principal {
  /** The id of the caller's account. Empty if the request belongs to none: its rate is then not limited. */
  readonly account: string;
  readonly caller: Caller;
  readonly limits?: RateLimits;
  /** The network of an anonymous caller, which has limits of its own. */
  readonly network?: { readonly name: string; readonly limits?: RateLimits | undefined };
}

/** The content of a request, checked against its route. */
export interface DecodedRequest {
  readonly query: unknown;
  readonly body: unknown;
  readonly selection: Selection;
  /** Headers for every later response, including errors. */
  readonly headers: Headers;
  /** Headers for a successful response only. */
  readonly successHeaders?: Headers;
}

/**
 * The protocol of a family of routes. Each route names its protocol; nothing depends on the prefix of a path. A
 * protocol contains everything that differs between families: how to authenticate, how to decode requests, and how to
 * encode responses and errors.
 */
export interface Protocol<
  Context extends RequestContext = RequestContext,
  Authenticated extends Principal = Principal,
> {
  readonly name: string;
  /** The content type of responses, unless the route has its own. */
  readonly mediaType: string;
  /** The content type of request bodies, for the OpenAPI document. */
  readonly requestType: string;
  /** Whether unknown members of bodies are ignored, instead of refused. @default false */
  readonly ignoresUnknownMembers?: boolean;
  /** Headers of every response. */
  headers?(requestId: string): Headers;
  /** Encodes an error. */
  fail(error: ApiError, event: APIGatewayProxyEventV2): { readonly headers: Headers; readonly body: string };
  /** Called once per process, so that an implementation can keep a cache. */
  open(): OpenProtocol<Context, Authenticated>;
}

export interface OpenProtocol<
  Context extends RequestContext = RequestContext,
  Authenticated extends Principal = Principal,
> {
  /** @throws ApiError if the caller is unknown or may not call this route */
  authenticate(request: MatchedRequest, services: Services): Promise<Authenticated>;
  /** Decodes the content. The raw body is in `event.body`. @throws ApiError `invalid` with every problem at once */
  decode(request: MatchedRequest, principal: Authenticated): Promise<DecodedRequest>;
  /** The context for handlers of this protocol. */
  contextOf(request: RequestContext, principal: Authenticated): Context;
}
