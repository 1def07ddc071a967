import { languageOf } from '../../../model/language.ts';
import type { Context } from '../../accounts/context.ts';
import type { Evidence } from '../../consent/records/consent.ts';
import { PUBLIC_FORM } from '../../consent/records/suppression.ts';
import type { ProfileAttributes } from '../../profiles/records/profile.ts';
import type { ShownVersion } from '../live.ts';
import type { FormConsent } from './consent.ts';
import type { ReadValues } from './read-values.ts';
import type { SentStep } from './sent-step.ts';
import type { Work } from './store.ts';
import type { Submission } from './submission.ts';

/** The names of Klaviyo's metrics. */
const SUBMITTED = 'Form submitted by profile';
const COMPLETED = 'Form completed by profile';

export interface CheckedSubmission {
  readonly shown: ShownVersion;
  readonly submission: Submission;
  readonly sent: SentStep;
  readonly read: ReadValues;
  readonly person: ProfileAttributes;
  readonly consent: FormConsent;
  readonly isDouble: boolean;
}

/** What the worker has to do for a submission. */
export const workOf = (
  { shown, submission, sent, read, person, consent, isDouble }: CheckedSubmission,
  id: string,
  context: Context,
): Work => {
  const { topics, listId } = consent;
  return {
    person,
    topics: topics.map(({ channel, type }) => ({ channel, type })),
    ...(listId !== undefined && { listId }),
    isDouble,
    evidence: evidenceOf({ shown, submission, read, consent }, context),
    language: context.accountSettings.pageLanguage ?? languageOf(context.languages),
    origin: context.origin,
    metrics: metricsOf({ submission, sent, read, person }),
    uniqueId: submission.submissionId ?? id,
    properties: propertiesOf({ shown, submission, sent }),
    ...(submission.signals && { signals: submission.signals }),
  };
};

/** Addresses of pages can contain tokens and e-mail addresses in their query. */
export const pageOf = (page: string | undefined): string | undefined => page?.split(/[?#]/, 1)[0];

const evidenceOf = (
  { shown, submission, read, consent }: Pick<CheckedSubmission, 'shown' | 'submission' | 'read' | 'consent'>,
  { ip, userAgent }: Context,
): Evidence => {
  const page = pageOf(submission.page);
  return {
    method: PUBLIC_FORM,
    methodDetail: shown.form.id,
    source: shown.form.name,
    formId: shown.form.id,
    formVersion: shown.version,
    ...(consent.wording && { wording: consent.wording }),
    ...(page && { page }),
    ...(read.dateOfBirth && { dateOfBirth: read.dateOfBirth }),
    ...(ip && { ip }),
    ...(userAgent && { userAgent }),
    ...(submission.signals && { signals: submission.signals }),
  };
};

/**
 * The first step with an address makes one event, the last step another one. With the id of the filling, a step can say
 * again that the form was submitted: the event is stored once.
 */
const metricsOf = ({
  submission: { submissionId },
  sent,
  read,
  person,
}: Pick<CheckedSubmission, 'submission' | 'sent' | 'read' | 'person'>): string[] => {
  const hasAddress = Boolean(person.email || person.phone_number || person._kx);
  const isEntered = Boolean(read.email || read.phone_number);
  const isSubmitted = hasAddress && (submissionId !== undefined || sent.isFirst || isEntered);
  return [...(isSubmitted ? [SUBMITTED] : []), ...(sent.isLast ? [COMPLETED] : [])];
};

const propertiesOf = ({
  shown: { form, version, content },
  submission: { page: given, device, utm },
  sent: { step },
}: Pick<CheckedSubmission, 'shown' | 'submission' | 'sent'>): Record<string, string> => {
  const page = pageOf(given);
  return {
    form_id: form.id,
    form_version_id: version,
    form_name: form.name,
    step_id: step.id,
    ...(step.name && { step_name: step.name }),
    ...(page && { page }),
    ...(device && { device_type: device }),
    ...(content.properties?.record_utm_params_on_submit && utm),
  };
};
