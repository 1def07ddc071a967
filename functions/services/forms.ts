import { routes as versions } from '../api/klaviyo/forms/form-versions.ts';
import { routes as publishing } from '../api/klaviyo/forms/publish-jobs.ts';
import * as reports from '../api/klaviyo/forms/reports.ts';
import { routes as resource } from '../api/klaviyo/forms/resource.ts';
import * as live from '../api/onsite/forms/live-routes.ts';
import * as statistics from '../api/onsite/forms/statistics-routes.ts';
import * as submissions from '../api/onsite/forms/submission-routes.ts';
import * as pages from '../api/pages/forms/routes.ts';
import { handleConfirmationMessage } from '../domains/consent/opt-in/confirmation-message.ts';
import { CONFIRMATION_MAIL, failConfirmation, MAIL_QUEUE } from '../domains/consent/opt-in/mail.ts';
import { FORM_SUBMISSION, failSubmission, processSubmission } from '../domains/forms/submissions/process.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const forms: ServiceDeclaration = {
  name: 'forms',
  routes: { ...resource, ...versions, ...publishing, ...reports, ...live, ...statistics, ...submissions, ...pages },
  triggers: [
    {
      on: 'message',
      kind: FORM_SUBMISSION,
      queue: MAIL_QUEUE,
      handle: processSubmission,
      fail: failSubmission,
    },
    // A mail that could not be sent is tried again later.
    {
      on: 'message',
      kind: CONFIRMATION_MAIL,
      queue: MAIL_QUEUE,
      handle: handleConfirmationMessage,
      fail: failConfirmation,
    },
  ],
  queues: [{ name: MAIL_QUEUE, timeoutSeconds: 60, memoryMb: 512, concurrency: 5 }],
  uses: ['table', 'table:check', 'queue', 'sender'],
  // The worker stores the events of a submission.
  workerUses: ['table', 'table:check', 'table:create-many', 'queue', 'mail'],
};

export const { http, queue, exhausted } = lambda(forms);
