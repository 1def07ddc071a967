import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { create, put, update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import { findAccount } from '../../accounts/actions.ts';
import { sendConfirmation } from '../../consent/opt-in/mail.ts';
import { processAcceptedSubscription } from '../../consent/opt-in/public-subscription.ts';
import { expiryOf, pendingOptIns } from '../../consent/opt-in/store.ts';
import type { EventDraft } from '../../events/draft.ts';
import { ingest } from '../../events/ingest.ts';
import { DEFAULT_SERVICE } from '../../events/records/metric.ts';
import { toInput } from '../../profiles/records/profile.ts';
import { doneUntil, type FormSubmission, formSubmissions, type Work } from './store.ts';

export const FORM_SUBMISSION = 'form-submission';
const SubmissionMessage = v.object({ account: v.string(), id: v.string() });

/**
 * Carries out an accepted submission: the subscription by the same path as every public one, then the events. Safe to
 * repeat from any point: the opt-in and the ledger entries have the id of the submission, and the events its unique id.
 */
export const processSubmission = async (message: unknown, services: Services): Promise<void> => {
  const id = v.parse(SubmissionMessage, message);
  const { table, now } = services;
  const submission = await table.get(formSubmissions, id);
  if (submission?.status === 'accepted' && submission.work) {
    await subscribe(submission, submission.work, services);
    await storeSubmissionEvents(submission, submission.work, services);
    const { work: _, error: __, ...rest } = submission;
    await table.write(put(formSubmissions, { ...rest, status: 'done', expiresAt: doneUntil(now()) }));
  }
  // A run can die after the last write: the mail is sent once, whichever run comes to it.
  await sendConfirmation(id, services);
};

const subscribe = async (
  { account, id, submittedAt }: FormSubmission,
  { person, topics, listId, isDouble, evidence, language, origin }: Work,
  services: Services,
): Promise<void> => {
  const { email, ...rest } = person;
  const isEmailTopic = topics.some(({ channel }) => channel === 'email');
  const optIn = {
    account,
    id,
    // Only an address that is subscribed needs a confirmation.
    email: isEmailTopic ? (email ?? '') : '',
    person: isEmailTopic ? rest : person,
    topics: [...topics],
    ...(listId !== undefined && { listId }),
    isDouble,
    evidence,
    language,
    origin,
    requestedAt: submittedAt,
    status: 'accepted' as const,
    expiresAt: expiryOf(new Date(submittedAt)),
  };
  await services.table.write(create(pendingOptIns, optIn));
  await processAcceptedSubscription({ account, id }, services);
};

/** Stores the events for the person, as events of a public call. Those of erased people are not stored. */
const storeSubmissionEvents = async (
  { account, submittedAt }: FormSubmission,
  { person, metrics, uniqueId, properties, signals }: Work,
  services: Services,
): Promise<void> => {
  if (metrics.length === 0) return;
  const accountSettings = await findAccount(account, services);
  if (!accountSettings) return;
  const { email, phone_number, anonymous_id, _kx } = person;
  const input = toInput({ attributes: { email, phone_number, anonymous_id, _kx } });
  const drafts = metrics.map(
    (name): EventDraft => ({
      person: input,
      metric: { name, service: DEFAULT_SERVICE },
      time: new Date(submittedAt),
      properties,
      uniqueId,
      backfill: false,
      ...(signals && { signals }),
      pointers,
    }),
  );
  const request = { hasGpc: false, ip: '', userAgent: '' };
  const context = { ...services, ...request, account, accountSettings, caller: { kind: 'public' } } as const;
  await ingest(drafts, 'form', context);
};

/** Nobody sends a body that problems could point to. */
const pointers = { event: '', metric: '', time: '', uniqueId: '', person: () => '' };

/** Records that the worker gave up. */
export const failSubmission = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const id = v.parse(SubmissionMessage, message);
  const condition = { attribute: 'status', is: '=', value: 'accepted' } as const;
  const { done } = await services.table.write(update(formSubmissions, id, { set: { error: reason }, condition }));
  return done ? 'failed' : 'over';
};
