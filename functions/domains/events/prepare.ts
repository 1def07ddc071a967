import { expiry } from '../../model/time.ts';
import type { Deps, NewEvent } from './actions.ts';
import type { Event } from './records/event.ts';
import { hashOf, textOf } from './records/identity.ts';
import { metricIdOf } from './records/metric.ts';

/** An event as it was sent, and as it is to be stored. */
export interface Draft {
  readonly said: NewEvent;
  readonly event: Event;
}

export const draftOf = (said: NewEvent, receivedAt: string, context: Deps): Draft => ({
  said,
  event: eventOf(said, receivedAt, context),
});

const eventOf = (said: NewEvent, receivedAt: string, context: Deps): Event => {
  const { profileId, metric, properties, value, valueCurrency, uniqueId, origin, backfill, signals } = said;
  const time = said.time.toISOString();
  const expiresAt = expiry(said.time, context.settings.eventRetentionDays);
  const metricId = metricIdOf(metric);
  const hash =
    uniqueId === undefined
      ? hashOf('content', profileId, metricId, time, textOf(said))
      : hashOf('unique', profileId, metricId, uniqueId);
  // Not of many spreads, which take ten times as long: every event would pay that.
  const event: Event = {
    account: context.account,
    profileId,
    metricId,
    hash,
    time,
    receivedAt,
    properties,
  };
  if (expiresAt !== undefined) event.expiresAt = expiresAt;
  if (value !== undefined) event.value = value;
  if (valueCurrency !== undefined) event.valueCurrency = valueCurrency;
  if (uniqueId !== undefined) event.uniqueId = uniqueId;
  if (origin !== undefined) event.origin = origin;
  if (backfill) event.backfill = true;
  if (signals) event.signals = signals;
  return event;
};
