import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { readSubscriptionsOf } from '../list.ts';
import { statusOf } from '../records/subscription.ts';

export const subscriptions = sectionOfRecords(
  {
    name: 'back-in-stock',
    order: 115,
    title: 'Products that you wait for',
    about:
      'The products that you asked to be notified about when they are back in stock, on which channels, and whether you were notified. Subscriptions that have ended are kept for 90 days.',
    columns: [
      'created',
      'variant',
      'channels',
      'status',
      'ended',
      'sent_to',
      'skipped',
      'kept_until',
      'profile_id',
      'id',
    ],
  },
  async ({ profileIds }, context) =>
    (await readSubscriptionsOf(profileIds, context)).map((one) => ({
      created: one.created,
      variant: one.variant,
      channels: one.channels,
      status: statusOf(one),
      ended: one.ended ?? null,
      sent_to: one.sentTo ?? null,
      skipped: one.skipped ?? null,
      kept_until: new Date(one.expiresAt * 1_000).toISOString(),
      profile_id: one.profileId,
      id: one.id,
    })),
);
