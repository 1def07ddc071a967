import * as v from 'valibot';
import { accept, type VerifiedDelivery } from '../../domains/integrations/receive/accept.ts';
import { MAX_HOOK_BYTES } from '../../domains/integrations/receive/message.ts';
import { reply } from '../../platform/http/route.ts';
import { receiptHeader, receiptHeaderDescription, receivedDelivery } from '../receipts.ts';
import { route } from './protocol.ts';

/** The protocol checks the raw body, which can have any content type. */
const HookBody = v.custom<VerifiedDelivery | undefined>(() => true);

const Received = v.object({
  received: v.literal(true),
  /** The delivery, as rejected items name it. Absent for the test of a URL. */
  id: v.optional(v.string()),
  duplicate: v.optional(v.boolean()),
});

export const receiveHook = route({
  method: 'POST',
  path: '/hooks/{integrationId}',
  summary: 'Receive a webhook of a shop system',
  description:
    'The URL that a vendor calls, which `GET /api/integrations` shows. The signature is that of the vendor, over the ' +
    'raw body. The delivery is stored before the answer, and processed after it: docs/webhooks-in.md.',
  scope: 'open',
  status: 200,
  body: HookBody,
  maxBodyBytes: MAX_HOOK_BYTES,
  result: Received,
  headers: receiptHeaderDescription,
  errors: ['not_found', 'not_authenticated'],

  async handle({ body }, context) {
    if (!body) return { received: true };
    const accepted = await accept(body, context);
    const { id, isDuplicate } = accepted;
    const source = `hook:${body.integration.id}` as const;
    return reply(
      { received: true, id, ...(isDuplicate && { duplicate: true }) },
      { headers: await receiptHeader(receivedDelivery(accepted), source, context) },
    );
  },
});
