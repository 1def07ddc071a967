import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { Webhook } from '../records/webhook.ts';
import { fullNotice, notifyOwner } from './notify-owner.ts';
import { type Endpoint, endpoints } from './records/store.ts';
import type { EndpointId } from './wake.ts';

/** So many deliveries wait for a receiver that is behind. Further ones go to the log unsent. */
export const MAX_WAITING = 100_000;

/** Why a delivery was not tried. */
export const FULL_REASON = `${MAX_WAITING.toLocaleString('en-US')} deliveries wait already. Send it again when the receiver works.`;

type State = Pick<Endpoint, 'failingSince' | 'behindSince' | 'waiting' | 'fullSince'>;

/** A receiver that fails, or that takes less than comes in. Only then, deliveries are counted. */
const isBehind = ({ failingSince, behindSince }: State): boolean =>
  failingSince !== undefined || behindSince !== undefined;

export const isFull = ({ waiting = 0 }: Pick<State, 'waiting'>): boolean => waiting >= MAX_WAITING;

export const readBacklog = async (id: EndpointId, { table }: Pick<Services, 'table'>): Promise<State> =>
  (await table.get(endpoints, id)) ?? {};

/** Counts new deliveries that wait for a receiver. */
export const countWaiting = async (
  { id, state, added }: { readonly id: EndpointId; readonly state: State; readonly added: number },
  { table }: Pick<Services, 'table'>,
): Promise<void> => {
  if (added === 0 || !isBehind(state)) return;
  await table.write(update(endpoints, id, { add: { waiting: added } }));
};

/** Tells the owner once that deliveries go to the log unsent. */
export const reportFull = async (
  { webhook, state }: { readonly webhook: Webhook; readonly state: State },
  services: Services,
): Promise<void> => {
  if (state.fullSince !== undefined) return;
  const { account, id: webhookId } = webhook;
  const { done } = await services.table.write(
    update(
      endpoints,
      { account, webhookId },
      {
        set: { fullSince: services.now().toISOString() },
        condition: { all: ['present', { attribute: 'fullSince', is: 'missing' }] },
      },
    ),
  );
  if (!done) return;
  services.log.warn('webhook backlog full', { account, webhook: webhookId });
  await notifyOwner(webhook, fullNotice(webhook, MAX_WAITING), services);
};
