import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';

export const SEND_DELIVERIES = 'send-webhook-deliveries';

export const EndpointMessage = v.object({
  account: v.string(),
  webhookId: v.string(),
  /** Of a delayed message: when it comes, as the endpoint has it. */
  wakeAt: v.optional(v.string()),
});
export type EndpointId = Pick<v.InferOutput<typeof EndpointMessage>, 'account' | 'webhookId'>;

/** Sends the message that starts a run for a webhook. */
export const wakeEndpoint = async (
  { account, webhookId }: EndpointId,
  { queue }: Pick<Services, 'queue'>,
  delayed: { readonly seconds: number; readonly wakeAt?: string } = { seconds: 0 },
): Promise<void> => {
  const { seconds, wakeAt } = delayed;
  await queue().send({ kind: SEND_DELIVERIES, account, webhookId, ...(wakeAt !== undefined && { wakeAt }) }, seconds);
};

const RETRY_SECONDS = 900;

/** What waits has to be sent, however often a run died: another message takes the place of an exhausted one. */
export const requeueDeliveries = async (message: unknown, _: string, services: Services): Promise<FailOutcome> => {
  await wakeEndpoint(v.parse(EndpointMessage, message), services, { seconds: RETRY_SECONDS });
  return 'requeued';
};
