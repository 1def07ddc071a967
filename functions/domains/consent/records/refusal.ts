import * as v from 'valibot';

/** Why a person gets no marketing messages on a channel. */
export const Refusal = v.picklist(['no_address', 'suppressed', 'unsubscribed', 'never_subscribed']);
export type Refusal = v.InferOutput<typeof Refusal>;
