import type { HookMessage } from '../receive/message.ts';
import type { VendorBusyError } from '../source/source.ts';
import type { RejectionReason } from './reject.ts';

const FIRST_PAUSE_SECONDS = 5;
/** The longest that SQS delays a message. */
const MAX_PAUSE_SECONDS = 900;
/** About four hours. */
const MAX_RETRIES = 24;

/** How long a delivery waits for a busy vendor, in seconds: as long as it asks for, and twice as long each time. */
export const pauseFor = (
  { retries }: Pick<HookMessage, 'retries'>,
  { retryAfterMs }: VendorBusyError,
): number | undefined => {
  if (retries >= MAX_RETRIES) return undefined;
  const backOff = FIRST_PAUSE_SECONDS * 2 ** retries;
  return Math.min(Math.max(Math.ceil(retryAfterMs / 1_000), backOff), MAX_PAUSE_SECONDS);
};

export const unavailable = ({ message }: VendorBusyError): RejectionReason => ({
  code: 'unavailable',
  problems: [{ detail: `${message} Replay the delivery when the API answers again.` }],
});
