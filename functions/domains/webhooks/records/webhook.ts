import * as v from 'valibot';
import { rotatingSecretFields } from '../../accounts/tokens/rotating-secrets.ts';

export const Webhook = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  description: v.optional(v.string()),
  url: v.string(),
  enabled: v.boolean(),
  /** The changes that it reports. */
  topics: v.array(v.string()),
  created: v.string(),
  updated: v.string(),
  /** Why deliveries ended, if not by the owner. */
  disabledReason: v.optional(v.string()),
});
export type Webhook = v.InferOutput<typeof Webhook>;

/** The secrets of one webhook, encrypted. Apart from the webhook, so that no view can show them. */
export const WebhookSecret = v.object({
  account: v.string(),
  webhookId: v.string(),
  ...rotatingSecretFields,
});
export type WebhookSecret = v.InferOutput<typeof WebhookSecret>;
