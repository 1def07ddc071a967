import type { Account } from '../../../model/account.ts';
import type { Properties } from '../../../model/properties.ts';
import type { SafeFetch } from '../../../platform/fetch/fetch.ts';
import type { CategoryDraft, ItemDraft, VariantDraft } from '../../catalog/write/draft.ts';
import type { LocationInput, ProfileInput } from '../../profiles/records/profile.ts';
import type { GenericSettings } from './generic-settings.ts';
import type { SourceName } from './names.ts';

/** A delivery as it arrived. */
export interface HookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
}

/** `unsigned`: there is no signature. `expired`: it is right, and too old to be the delivery itself. */
export type Verification = 'valid' | 'unsigned' | 'invalid' | 'expired';

export interface VerifyOptions {
  readonly secrets: readonly string[];
  readonly now: Date;
  /** Of an integration whose signature and mapping are data. */
  readonly generic?: GenericSettings | undefined;
}

/** A system that sends webhooks: one folder in `sources`, and one line in `sources/sources.ts`. */
export interface Source {
  readonly name: SourceName;
  /** Checks the signature of the raw body, in constant time. Any of the secrets may have signed it. */
  verify(request: HookRequest, options: VerifyOptions): Verification;
  /** Whether it is a test of the URL, which the vendor does not sign. It is answered, and nothing is stored. */
  isPing?(request: HookRequest): boolean;
  /** What it is about, the vendor's id for the delivery, and the domain of the shop, if it has them. */
  describe(
    request: HookRequest,
    options: Pick<VerifyOptions, 'generic'>,
  ): { readonly topic: string; readonly deliveryId?: string | undefined; readonly shop?: string | undefined };
  /** By name, or one for all. A delivery of another topic is rejected, and can be replayed once there is one. */
  readonly topics: Readonly<Record<string, Topic>> | Topic;
  /** Whether its payloads only name things, which are read from its API with a token. */
  readonly usesApi?: boolean;
}

/** Reads the payload of a topic. @throws ApiError `invalid` with every problem */
export type Topic = (payload: unknown, context: MapContext) => Mapped | Promise<Mapped>;

export interface MapContext {
  readonly settings: Account;
  readonly topic: string;
  /** Before ids that are unique within one shop only. */
  readonly idPrefix: string;
  readonly delivery: { readonly id: string; readonly receivedAt: Date; readonly shop?: string | undefined };
  readonly generic?: GenericSettings | undefined;
  readonly vendorApi: VendorApi;
}

/** What a source needs to read from the API of its vendor. */
export interface VendorApi {
  readonly fetch: SafeFetch;
  /** The token of the integration. */
  token(): Promise<string | undefined>;
}

/** The API of a vendor did not answer, or is busy: the delivery is processed later. */
export class VendorBusyError extends Error {
  override readonly name = 'VendorBusyError';
  /** The pause that the vendor asks for. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a payload means. Everything has ids of the vendor, so that a repetition changes nothing. */
export interface Mapped {
  readonly people?: readonly HookPersonState[];
  readonly events?: readonly HookEvent[];
  readonly consents?: readonly HookConsent[];
  readonly products?: readonly HookProduct[];
}

/** What a vendor says of one of its products: an item, or one of its variants. */
export interface HookProduct {
  /** The vendor's id. */
  readonly id: string;
  /** When it was like this. @default when the delivery was received */
  readonly at?: Date | undefined;
  readonly isDeleted?: boolean;
  /** Whether the item has no other variants than these. */
  readonly hasAllVariants?: boolean;
  /** The categories of the item. */
  readonly categories?: readonly CategoryDraft[];
  readonly item?: ItemDraft;
  readonly variants?: readonly VariantDraft[];
}

/** How a vendor names a person. */
export interface HookPerson {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  /** The country of a phone number without a plus. */
  readonly country?: string | undefined;
  /** The vendor's id, which other payloads have alone. */
  readonly customerId?: string | undefined;
}

/** Attributes of a person at a time. A state that is older than one that was applied changes nothing. */
export interface HookPersonState {
  readonly person: HookPerson;
  readonly at?: Date | undefined;
  readonly fields?: ProfileInput['fields'];
  readonly location?: LocationInput | undefined;
  readonly properties?: Properties;
}

export interface HookEvent {
  readonly metric: string;
  /** The vendor's id, the same in every delivery of the event. */
  readonly id: string;
  /** The person, or the order whose person it is. */
  readonly person: HookPerson | { readonly order: string };
  /** The order that later deliveries name alone. */
  readonly order?: string;
  readonly time?: Date | undefined;
  /** The payload has the time of its last change only. */
  readonly isTimeApproximate?: boolean;
  readonly properties: Properties;
  readonly value?: number | undefined;
  readonly currency?: string | undefined;
  /** A visitor whom nobody knows yet: nothing is stored, and nothing is wrong. */
  readonly mayBeAnonymous?: boolean;
}

export interface HookConsent {
  readonly person: HookPerson;
  readonly channel: 'email' | 'sms';
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  /** When consent was given or withdrawn, if the vendor knows. */
  readonly at?: Date | undefined;
  readonly isDoubleOptIn?: boolean;
  /** Where the vendor got it, such as `SHOPIFY`. */
  readonly collectedFrom?: string | undefined;
}
