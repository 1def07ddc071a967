import * as challenge from '../api/klaviyo/consent/challenge.ts';
import * as client from '../api/klaviyo/consent/client.ts';
import * as subscriptions from '../api/klaviyo/consent/subscriptions.ts';
import * as suppressions from '../api/klaviyo/consent/suppressions.ts';
import * as preferencePages from '../api/pages/preferences-routes.ts';
import * as subscribePages from '../api/pages/subscribe-routes.ts';
import * as unsubscribePages from '../api/pages/unsubscribe-routes.ts';
import { handleConfirmationMessage } from '../domains/consent/opt-in/confirmation-message.ts';
import { CONFIRMATION_MAIL, failConfirmation, MAIL_QUEUE } from '../domains/consent/opt-in/mail.ts';
import { applyMailNotice } from '../domains/consent/suppressions/mail-notices.ts';
import { listSuppressionJob } from '../domains/consent/suppressions/suppress-list.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const consent: ServiceDeclaration = {
  name: 'consent',
  routes: {
    ...subscriptions,
    ...suppressions,
    ...client,
    ...challenge,
    ...subscribePages,
    ...preferencePages,
    ...unsubscribePages,
  },
  onDeadLetter,
  triggers: [
    listSuppressionJob,
    {
      on: 'message',
      kind: CONFIRMATION_MAIL,
      queue: MAIL_QUEUE,
      handle: handleConfirmationMessage,
      fail: failConfirmation,
    },
    { on: 'mailNotice', handle: applyMailNotice },
  ],
  // Separate, so that mails do not wait for the suppression of long lists.
  queues: [{ name: MAIL_QUEUE, timeoutSeconds: 60, memoryMb: 512, concurrency: 5 }],
  uses: ['table', 'table:check', 'queue', 'sender'],
  workerUses: ['table', 'table:check', 'queue', 'mail'],
};

export const { http, queue, exhausted } = lambda(consent);
