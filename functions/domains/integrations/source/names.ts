import * as v from 'valibot';

/** The systems that can send webhooks, by the name of their folder. */
export const SourceName = v.picklist(['bigcommerce', 'generic', 'shopify', 'stripe', 'woocommerce']);
export type SourceName = v.InferOutput<typeof SourceName>;
