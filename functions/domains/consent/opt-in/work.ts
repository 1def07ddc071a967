import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { processAccepted } from './accepted.ts';
import { OfOptIn, sendConfirmation } from './mail.ts';

/** What a message of an opt-in asks for: to settle one that was accepted, and to send the mail of one that is pending. */
export const handleConfirmationMessage = async (message: unknown, services: Services): Promise<void> => {
  await processAccepted(v.parse(OfOptIn, message), services);
  await sendConfirmation(message, services);
};
