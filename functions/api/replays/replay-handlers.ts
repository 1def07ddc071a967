import { handleConfirmationMessage } from '../../domains/consent/opt-in/confirmation-message.ts';
import { HOOK_HANDLER } from '../../domains/integrations/process/reject.ts';
import { DEAD_LETTER } from '../../domains/receipts/rejected/dead-letter.ts';
import type { ReplayHandler, ReplayHandlers } from '../../domains/receipts/rejected/replay/handler.ts';
import { replayDelivery } from '../hooks/replay.ts';
import { createClientSubscription } from '../klaviyo/consent/client.ts';
import * as events from '../klaviyo/events/ingest.ts';
import { createClientProfile } from '../klaviyo/profiles/client-routes.ts';
import { REQUEST } from '../rejected/stored-request.ts';
import { SEGMENT_CALL } from '../segment/keep-rejected.ts';
import { replaySegmentCall } from '../segment/replay.ts';
import { routes as segment } from '../segment/routes.ts';
import { openRequestReplay } from './replay-request.ts';

/** All routes whose refused requests are kept. */
const replayRequest = openRequestReplay([
  ...Object.values(events),
  createClientProfile,
  createClientSubscription,
  ...Object.values(segment),
]);

/** A subscription is carried out at once, instead of by a worker of its own service. */
const replayAtOnce: ReplayHandler = (item, services) =>
  replayRequest(item, {
    ...services,
    queue: () => ({ send: (message) => handleConfirmationMessage(message, services) }),
  });

export const handlers: ReplayHandlers = {
  [REQUEST]: replayAtOnce,
  [SEGMENT_CALL]: replaySegmentCall,
  [HOOK_HANDLER]: replayDelivery,
  [DEAD_LETTER]: async ({ job = '' }) => ({
    kind: 'rejected',
    code: 'dead_letter',
    problems: [{ detail: `Retry its job ${job}: npm run admin -- jobs retry, or by the API of the job.` }],
  }),
};
