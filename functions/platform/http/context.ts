import type { Services } from '../resources/services.ts';

/** Who is calling. Public callers name an account and prove nothing. */
export type Caller =
  | { readonly kind: 'key'; readonly keyId: string; readonly lastFour: string; readonly scopes: readonly string[] }
  | { readonly kind: 'public' }
  | { readonly kind: 'nobody' };

/** The services, and what is known of a request besides its content. */
export interface RequestContext extends Services {
  /** The id of the account that the caller belongs to; on open routes that of the page whose form is read, else empty. */
  readonly account: string;
  readonly caller: Caller;
  /** Where links begin: `https://host`, without a slash at the end. */
  readonly origin: string;
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** The header Accept-Language. */
  readonly languages: string;
  /** Whether the header Sec-GPC says that what is known of the caller is not to be passed on. */
  readonly hasGpc: boolean;
  /** The path and query of the request, as it was sent. */
  readonly url: string;
  /** Stands in for a missing `unique_id`: the caller's `Idempotency-Key` header. */
  readonly idempotencyKey?: string;
}
