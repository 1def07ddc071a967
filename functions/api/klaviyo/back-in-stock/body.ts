import * as v from 'valibot';
import { StockChannel } from '../../../domains/back-in-stock/records/subscription.ts';
import { ProfileResource } from '../../../domains/profiles/records/profile.ts';
import { findUnknownIds } from '../../../platform/http/resource/unknown-ids.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { findVariants, VARIANT } from '../catalog/references.ts';

export const SUBSCRIPTION = 'back-in-stock-subscription';

export const SubscriptionBody = v.object({
  data: v.object({
    type: v.literal(SUBSCRIPTION),
    attributes: v.object({
      channels: boundedArray(StockChannel, {
        min: 1,
        tooFew: 'At least one channel is needed: EMAIL, PUSH, SMS or WHATSAPP.',
        max: StockChannel.options.length,
        tooMany: (count) => `${count} channels; there are ${StockChannel.options.length}.`,
      }),
      profile: v.object({ data: ProfileResource }),
    }),
    relationships: v.object({
      variant: v.object({ data: v.object({ type: v.literal('catalog-variant'), id: Text }) }),
    }),
  }),
});
export type SubscriptionBody = v.InferOutput<typeof SubscriptionBody>;

/** The variant, if it is unknown, whatever else is wrong with a body. */
export const findProblems = findUnknownIds({
  path: ['data', 'relationships', 'variant', 'data'],
  noun: VARIANT,
  find: findVariants,
});
