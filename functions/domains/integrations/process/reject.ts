import type { Problem } from '../../../platform/errors.ts';
import { keepRejected, type Rejection } from '../../receipts/rejected/keep.ts';
import type { HookMessage } from '../receive/message.ts';
import type { ProcessContext } from './context.ts';

/** The name of the handler that replays deliveries. */
export const HOOK_HANDLER = 'hook';

export type RejectionReason = Pick<Rejection, 'code' | 'problems'>;

interface RejectedDelivery {
  readonly message: Omit<HookMessage, 'waits' | 'retries' | 'payload'>;
  readonly bytes: Buffer;
  readonly reason: RejectionReason;
}

/** Keeps a delivery that could not be stored. It can be replayed once the reason is gone. */
export const keepDelivery = async (
  { message, bytes, reason }: RejectedDelivery,
  context: ProcessContext,
): Promise<void> => {
  const { account, integrationId, id, topic, receivedAt, shop } = message;
  const rejection: Rejection = {
    source: `hook:${integrationId}`,
    handler: HOOK_HANDLER,
    what: `${context.integration.source} ${topic || 'without a topic'}`.slice(0, MAX_WHAT),
    ...reason,
    payload: JSON.stringify({ account, integrationId, id, topic, receivedAt, shop, body: bytes.toString('utf8') }),
    receivedAt: new Date(receivedAt),
    deduplicateBy: id,
  };
  await keepRejected([rejection], context);
};

const MAX_WHAT = 120;
const MAX_QUOTED = 64;

export const unknownTopic = (topic: string): RejectionReason => {
  const problem: Problem = /^(store\/)?products?[/.]/.test(topic)
    ? {
        detail:
          'Products of this vendor are not stored: its webhooks have no link to them. Send them to the catalog by API, and unsubscribe from the topic.',
      }
    : {
        detail: `The topic '${topic.slice(0, MAX_QUOTED)}' has no mapping. Unsubscribe from it, or add one and replay it.`,
      };
  return { code: 'unknown_topic', problems: [problem] };
};
