import * as v from 'valibot';
import { openContext, tryProcess } from '../../domains/integrations/process/process.ts';
import type { ReplayHandler } from '../../domains/receipts/rejected/replay/handler.ts';

const KeptDelivery = v.object({
  account: v.string(),
  integrationId: v.string(),
  id: v.string(),
  topic: v.string(),
  receivedAt: v.string(),
  shop: v.optional(v.string()),
  body: v.string(),
});

/** Replays a delivery with the mapping of today. */
export const replayDelivery: ReplayHandler = async ({ payload }, services) => {
  const { body, ...delivery } = v.parse(KeptDelivery, JSON.parse(payload));
  const context = await openContext({ ...delivery, account: services.account }, services);
  if (!context) return { kind: 'rejected', code: 'not_found', problems: [{ detail: 'The integration was deleted.' }] };
  const problem = await tryProcess(Buffer.from(body), context);
  return problem ? { kind: 'rejected', ...problem } : { kind: 'accepted' };
};
