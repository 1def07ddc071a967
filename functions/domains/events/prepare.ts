import { randomFillSync } from 'node:crypto';
import { expirySeconds } from '../../model/time.ts';
import type { Deps, NewEvent } from './actions.ts';
import type { Event } from './records/event.ts';
import { contentText, hashOf } from './records/event-id.ts';
import { metricIdOf } from './records/metric.ts';

/** An event as it was sent, and as it is to be stored. */
export interface PreparedEvent {
  readonly newEvent: NewEvent;
  readonly event: Event;
}

export const prepareEvent = (newEvent: NewEvent, receivedAt: string, context: Deps): PreparedEvent => ({
  newEvent,
  event: eventOf(newEvent, receivedAt, context),
});

const eventOf = (newEvent: NewEvent, receivedAt: string, context: Deps): Event => {
  const { profileId, metric, properties, value, valueCurrency, uniqueId, origin, backfill, signals, source } = newEvent;
  const time = newEvent.time.toISOString();
  const expiresAt = expirySeconds(newEvent.time, context.settings.eventRetentionDays);
  const metricId = metricIdOf(metric);
  const hash =
    uniqueId === undefined
      ? hashOf('content', profileId, metricId, time, contentText(newEvent))
      : hashOf('unique', profileId, metricId, uniqueId);
  // Spreads would take ten times as long, for every event.
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
  if (origin === undefined) event.nonce = nextNonce();
  else event.origin = origin;
  if (backfill) event.backfill = true;
  if (signals) event.signals = signals;
  if (source !== undefined) event.source = source;
  return event;
};

const NONCE_BYTES = 3;
/** Random bytes are taken in advance: a call for each event would cost more than the event's hash. */
const pool = Buffer.alloc(NONCE_BYTES * 256);
let used = pool.length;

/** Four random characters. */
const nextNonce = (): string => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += NONCE_BYTES;
  return pool.toString('base64url', used - NONCE_BYTES, used);
};
