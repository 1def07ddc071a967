import * as v from 'valibot';
import { rotatingSecretFields } from '../../accounts/tokens/rotating-secrets.ts';
import { GenericSettings } from '../source/generic-settings.ts';
import { SourceName } from '../source/names.ts';

export const Integration = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  /** The system that sends. */
  source: SourceName,
  enabled: v.boolean(),
  hasSecret: v.boolean(),
  /** Whether it has a token for the API of its vendor. */
  hasApiToken: v.optional(v.boolean()),
  /** Of a system whose signature and payloads are described by data. */
  generic: v.optional(GenericSettings),
  /** Another shop of the same system was there before: its numbers are other orders. */
  hasOwnNumbers: v.optional(v.boolean()),
  /** Turns the ids of the vendor's customers into ids that nobody can guess. */
  customerKey: v.string(),
  created: v.string(),
  updated: v.string(),
});
export type Integration = v.InferOutput<typeof Integration>;

/** The secrets of one integration, encrypted. Apart from the integration, so that no view can show them. */
export const IntegrationSecret = v.object({
  account: v.string(),
  integrationId: v.string(),
  ...rotatingSecretFields,
});
export type IntegrationSecret = v.InferOutput<typeof IntegrationSecret>;

/** The token for the API of a vendor, encrypted. */
export const IntegrationToken = v.object({
  account: v.string(),
  integrationId: v.string(),
  ...rotatingSecretFields,
});
export type IntegrationToken = v.InferOutput<typeof IntegrationToken>;

/** A delivery that was processed. Its repetitions are answered and nothing more. */
export const HookDelivery = v.object({
  account: v.string(),
  integrationId: v.string(),
  /** A hash of the sender's id for the delivery, its topic and its body. */
  key: v.string(),
  /** Our id for it. */
  id: v.string(),
  expiresAt: v.number(),
});
export type HookDelivery = v.InferOutput<typeof HookDelivery>;

/** What later deliveries need to know of an order or a customer. */
export const HookReference = v.object({
  account: v.string(),
  integrationId: v.string(),
  /** The object of the vendor, such as `order 4711`. */
  object: v.string(),
  /** Whose it is. */
  profileId: v.optional(v.string()),
  /** The time of the newest state that was applied. */
  at: v.optional(v.string()),
  expiresAt: v.number(),
});
export type HookReference = v.InferOutput<typeof HookReference>;
