import * as v from 'valibot';
import type { Source } from '../../source/source.ts';
import { WEBHOOK_ID } from '../../source/standard-webhooks.ts';

const Envelope = v.pipe(v.string(), v.parseJson(), v.object({ scope: v.optional(v.string(), '') }));

/** The topic is in the body only, whose signature is checked already. */
export const describe: Source['describe'] = ({ headers, bytes }) => {
  const { success, output } = v.safeParse(Envelope, bytes.toString('utf8'));
  return { topic: success ? output.scope : '', deliveryId: headers[WEBHOOK_ID] };
};
