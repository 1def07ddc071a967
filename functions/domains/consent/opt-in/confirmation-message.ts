import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { OptInMessage, sendConfirmation } from './mail.ts';
import { processAcceptedSubscription } from './public-subscription.ts';

/** Handles the message of an opt-in: processes it if accepted, and sends the mail if pending. */
export const handleConfirmationMessage = async (message: unknown, services: Services): Promise<void> => {
  await processAcceptedSubscription(v.parse(OptInMessage, message), services);
  await sendConfirmation(message, services);
};
