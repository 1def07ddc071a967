import * as v from 'valibot';
import type { ReplayHandler } from '../../domains/receipts/rejected/replay/handler.ts';
import { parseExact } from '../../platform/json/parse-exact.ts';
import { processCalls } from './process/calls.ts';
import { isRejection } from './process/outcome.ts';

const KeptCall = v.object({
  call: v.unknown(),
  sentAt: v.optional(v.unknown()),
  request: v.object({ hasGpc: v.boolean(), ip: v.string(), userAgent: v.string() }),
});

/** Replays one call, as if its batch had come with it alone. */
export const replaySegmentCall: ReplayHandler = async ({ id, payload, receivedAt }, context) => {
  const { call, sentAt, request } = v.parse(KeptCall, parseExact(payload));
  const { outcomes } = await processCalls([call], sentAt, {
    ...context,
    ...request,
    origin: '',
    requestId: `replay-${id}`,
    languages: '',
    acceptEncoding: '',
    ifNoneMatch: '',
    url: '',
    receivedAt: new Date(receivedAt),
  });
  const [outcome = 'accepted'] = outcomes;
  return isRejection(outcome) ? { kind: 'rejected', ...outcome } : { kind: 'accepted' };
};
