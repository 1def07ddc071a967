import * as v from 'valibot';
import type { Services } from '../context.ts';
import { settleAccepted } from './accepted.ts';
import { sendConfirmation } from './mail.ts';

const Of = v.object({ account: v.string(), id: v.string() });

/** What a message of an opt-in asks for: to settle one that was accepted, and to send the mail of one that is pending. */
export const workOnOptIn = async (message: unknown, services: Services): Promise<void> => {
  await settleAccepted(v.parse(Of, message), services);
  await sendConfirmation(message, services);
};
