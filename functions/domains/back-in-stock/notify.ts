import type { JobContext } from '../../platform/jobs/run.ts';
import { expiryAfterDays } from '../../platform/table/ttl.ts';
import { update, type Write } from '../../platform/table/write.ts';
import type { CatalogVariant } from '../catalog/records/records.ts';
import { type MessageChannel, type Refusals, readMarketingRefusals } from '../consent/state/marketing-refusals.ts';
import { type NewEvent, recordEvents } from '../events/actions.ts';
import { idsOf, type Profile } from '../profiles/records/profile.ts';
import { personOf, readProfilesById } from '../profiles/records/resolve.ts';
import { BACK_IN_STOCK, propertiesOf, uniqueIdOf } from './events.ts';
import { byAge } from './list.ts';
import { stockSubscriptions, waitingAttributes } from './records/store.ts';
import { ENDED_DAYS, type StockChannel, type StockSubscription } from './records/subscription.ts';
import { removeSubscriptions } from './remove-subscriptions.ts';

const messageChannels: Readonly<Record<StockChannel, MessageChannel>> = {
  EMAIL: 'email',
  PUSH: 'push',
  SMS: 'sms',
  WHATSAPP: 'whatsapp',
};

interface Group {
  readonly variant: CatalogVariant;
  readonly waiting: readonly StockSubscription[];
}

/** A person with all subscriptions for the variant, under all their ids. The oldest one names the event. */
interface Waiter {
  readonly profile: Profile;
  readonly oldest: StockSubscription;
  readonly others: readonly StockSubscription[];
  readonly channels: readonly StockChannel[];
}

/**
 * Stores the event for those who may be contacted now, then ends the subscriptions. A repeat meets the events that are
 * stored. Returns how many people were notified.
 */
export const notify = async ({ variant, waiting }: Group, context: JobContext): Promise<number> => {
  const profiles = await readProfilesById(
    waiting.map(({ profileId }) => profileId),
    context,
  );
  // Their profile was erased after the list was read.
  const orphans = waiting.filter(({ profileId }) => !profiles.has(profileId));
  await removeSubscriptions(orphans, context);
  const waiters = await findWaiters(waiting, profiles, context);
  const channels = [...new Set(waiters.flatMap((one) => one.channels))].map((channel) => messageChannels[channel]);
  const refusals = await readMarketingRefusals(
    waiters.map(({ profile }) => profile),
    channels,
    context,
  );
  const decided = waiters.map((waiter, i) => ({ waiter, ...decide(waiter, refusals[i] ?? new Map()) }));
  const notified = decided.filter(({ allowed }) => allowed.length > 0);
  await recordEvents(
    notified.map(({ waiter, allowed }) => eventOf(waiter, allowed, variant, context)),
    context,
  );
  await end(decided, context);
  return notified.length;
};

const findWaiters = async (
  waiting: readonly StockSubscription[],
  profiles: ReadonlyMap<string, Profile>,
  { account, table }: JobContext,
): Promise<Waiter[]> => {
  const found = waiting.flatMap(({ profileId }) => profiles.get(profileId) ?? []);
  const people = [...new Map(found.map((profile) => [profile.id, profile])).values()];
  const own = new Map(waiting.map((one) => [one.profileId, one]));
  const missing = people.flatMap((profile) => {
    const ids = idsOf(profile);
    return ids.length === 1 ? [] : ids.filter((id) => !own.has(id));
  });
  const variant = waiting[0]?.variant ?? '';
  const others = await table.getMany(
    stockSubscriptions,
    missing.map((profileId) => ({ account, profileId, variant })),
  );
  for (const one of others) if (one && one.ended === undefined) own.set(one.profileId, one);
  return people.flatMap((profile) => {
    const [oldest, ...rest] = idsOf(profile)
      .flatMap((id) => own.get(id) ?? [])
      .toSorted(byAge);
    if (!oldest) return [];
    const channels = [...new Set([oldest, ...rest].flatMap((one) => one.channels))];
    return [{ profile, oldest, others: rest, channels }];
  });
};

interface Decision {
  readonly allowed: readonly StockChannel[];
  readonly change: Pick<StockSubscription, 'sentTo' | 'skipped'>;
}

const decide = ({ channels }: Waiter, refusals: Refusals): Decision => {
  const allowed = channels.filter((channel) => !refusals.has(messageChannels[channel]));
  if (allowed.length > 0) return { allowed, change: { sentTo: allowed } };
  const [first = 'EMAIL'] = channels;
  return { allowed, change: { skipped: refusals.get(messageChannels[first]) } };
};

const eventOf = (
  { profile, oldest }: Waiter,
  allowed: readonly StockChannel[],
  variant: CatalogVariant,
  { now }: JobContext,
): NewEvent => {
  const { id, sources } = personOf(profile);
  return {
    profileId: id,
    sources,
    metric: BACK_IN_STOCK,
    time: now(),
    isTimeAssumed: true,
    properties: { ...propertiesOf(variant, allowed), SubscribedAt: oldest.created },
    uniqueId: uniqueIdOf(oldest),
    source: 'back-in-stock',
  };
};

interface Decided extends Decision {
  readonly waiter: Waiter;
}

/** The oldest ones come last: as long as one waits, a repeat finds the event by it. */
const end = async (decided: readonly Decided[], { table, now }: JobContext): Promise<void> => {
  const set = { ended: now().toISOString(), expiresAt: expiryAfterDays(now(), ENDED_DAYS) };
  const writeOf = (one: StockSubscription, change: Decision['change']): Write =>
    update(stockSubscriptions, one, {
      set: { ...set, ...change },
      remove: waitingAttributes,
      condition: { attribute: 'id', is: '=', value: one.id },
    });
  await table.updateMany(decided.flatMap(({ waiter, change }) => waiter.others.map((one) => writeOf(one, change))));
  await table.updateMany(decided.map(({ waiter, change }) => writeOf(waiter.oldest, change)));
};
