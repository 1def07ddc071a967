import type { Services } from '../resources/services.ts';

/** The caller. Public callers name an account without proving anything. */
export type Caller =
  | { readonly kind: 'key'; readonly keyId: string; readonly lastFour: string; readonly scopes: readonly string[] }
  /** A vendor's webhook, whose signature was checked. */
  | { readonly kind: 'integration'; readonly integrationId: string }
  | { readonly kind: 'public' }
  | { readonly kind: 'nobody' };

/** The services, and the metadata of a request. */
export interface RequestContext extends Services {
  /** The id of the caller's account. On open routes, the account of the page whose form is posted, or empty. */
  readonly account: string;
  readonly caller: Caller;
  /** The origin of links, without a trailing slash: `https://host`. */
  readonly origin: string;
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** The `Accept-Language` header. */
  readonly languages: string;
  /** The `Accept-Encoding` header. */
  readonly acceptEncoding: string;
  /** The `If-None-Match` header. */
  readonly ifNoneMatch: string;
  /** The `Origin` header, which browsers send with requests of scripts. */
  readonly callerOrigin?: string;
  /** Whether the `Sec-GPC` header asks not to share or sell the caller's data. */
  readonly hasGpc: boolean;
  /** The path and query of the request, as they were sent. */
  readonly url: string;
  /** When the request came in, if it is a replay. @default now */
  readonly receivedAt?: Date;
  /** The caller's `Idempotency-Key` header. Replaces a missing `unique_id`. */
  readonly idempotencyKey?: string;
}
