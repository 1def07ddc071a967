import { hash } from 'node:crypto';
import { ApiError, type Problem, pointer } from '../../../platform/errors.ts';
import { create } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { isDoubleOptIn } from '../../consent/opt-in/actions.ts';
import { MAIL_QUEUE } from '../../consent/opt-in/mail.ts';
import { checkPublicLimits } from '../../consent/opt-in/public-subscription.ts';
import { refusalProblem } from '../../consent/opt-in/refusal.ts';
import { admitSubmission } from '../../consent/opt-in/submission.ts';
import { ageProblem } from '../../consent/requests/age-gate.ts';
import { refuseBlocked } from '../../profiles/blocked-identifiers.ts';
import { createClaimToken, expandClaims } from '../../profiles/claim-token.ts';
import { refuseOversized } from '../../profiles/public-calls.ts';
import { type ProfileAttributes, toInput } from '../../profiles/records/profile.ts';
import { fieldNameOf } from '../definition/structure.ts';
import type { ShownVersion } from '../live.ts';
import { count } from '../statistics/count.ts';
import { consentOf } from './consent.ts';
import { fieldProblem } from './field-problems.ts';
import { FORM_SUBMISSION } from './process.ts';
import { type ReadValues, readValues } from './read-values.ts';
import { findSentStep, type SentStep } from './sent-step.ts';
import { acceptedUntil, formSubmissions } from './store.ts';
import type { Submission } from './submission.ts';
import { type CheckedSubmission, workOf } from './work.ts';

export interface Accepted {
  /** Stands for what the visitor claims, as the `_kx` of later calls. */
  readonly token?: string;
  readonly isOtherPerson: boolean;
  /** Whether a confirmation by mail is needed. */
  readonly isDouble: boolean;
  /** The id of the submission. Absent for a bot, whose submission is not stored. */
  readonly id?: string;
}

/**
 * Accepts a step of a form, with the same requests for every person: nobody is looked up before the response. The worker
 * carries it out.
 *
 * @throws ApiError `invalid` with all problems of the values, or the reasons why the account does not admit it
 */
export const acceptSubmission = async (
  shown: ShownVersion,
  submission: Submission,
  context: Context,
): Promise<Accepted> => {
  const { base } = submission;
  const sent = findSentStep(shown.content, submission);
  if (!sent) throw unknownStepError(base);
  const { read, problems } = readValues(sent, submission, {
    settings: context.accountSettings,
    now: context.now(),
    base,
  });
  if (problems.length > 0) throw new ApiError('invalid', problems);

  const { email, phone_number } = read;
  const claimed = await createClaimToken({ identifiers: { email, phone_number }, ...kxOf(submission) }, context);
  const person = await personOf(read, submission, { claimed, context });
  if (!person.email && !person.phone_number && !person.anonymous_id && !person._kx)
    throw new ApiError('invalid', {
      ...fieldProblem('no_address'),
      source: placeOf(sent, base),
    });

  const consent = consentOf(sent, read);
  const isDouble =
    consent.topics.some(({ channel }) => channel === 'email') && (await isDoubleOptIn(consent.listId, context));
  const checked: CheckedSubmission = { shown, submission, sent, read, person, consent, isDouble };
  const { refusals, result: id } = await admitSubmission(
    { email, altcha: submission.altcha, website: submission.isBot ? 'robot' : '', by: 'form' },
    context,
    { check: () => check(checked, context), act: () => store(checked, context) },
  );
  if (refusals.length > 0)
    throw new ApiError(
      'invalid',
      refusals.map((refusal) => atField(refusalProblem(refusal, context), base)),
    );
  if (submission.isBot)
    await count([{ formId: shown.form.id, version: shown.version, counters: ['bot_submits'] }], context);
  const { token, isOtherPerson } = claimed;
  return { ...(token !== undefined && { token }), isOtherPerson, isDouble, ...(id !== undefined && { id }) };
};

const kxOf = ({ token }: Submission) => (token === undefined ? {} : { kx: token });

const unknownStepError = (base: string): ApiError =>
  new ApiError('invalid', {
    detail: 'This version has no such step, or no such button that sends it.',
    source: { pointer: `${base}/step` },
  });

/** The first field that could say who it is. */
const placeOf = ({ knownFields }: SentStep, base: string): NonNullable<Problem['source']> => {
  const field = knownFields.find(({ type }) => type === 'email' || type === 'phone_number');
  return { pointer: `${base}${pointer(['fields', (field && fieldNameOf(field)) ?? '$email'])}` };
};

interface Claims {
  readonly claimed: Awaited<ReturnType<typeof createClaimToken>>;
  readonly context: Context;
}

/** The identifiers of this step and of the token, and what the visitor entered besides. */
const personOf = async (
  { email, phone_number, fields, location, properties }: ReadValues,
  { token: held, anonymousId }: Submission,
  { claimed: { token, isOtherPerson }, context }: Claims,
): Promise<ProfileAttributes> => {
  const kx = token ?? (isOtherPerson ? undefined : held);
  const claims = await expandClaims({ identifiers: {}, ...(kx !== undefined && { kx }) }, context);
  // A short token leaves out what does not fit.
  const identifiers = { ...claims.identifiers, ...(email && { email }), ...(phone_number && { phone_number }) };
  return {
    ...identifiers,
    // The id of the browser belongs to the person before.
    ...(anonymousId && !isOtherPerson && { anonymous_id: anonymousId }),
    ...('kx' in claims && claims.kx !== undefined && { _kx: claims.kx }),
    ...fields,
    ...(Object.keys(location).length > 0 && { location }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
};

/** Refuses what the account refuses of everybody. */
const check = async (
  { submission: { base }, read, person, consent, isDouble }: CheckedSubmission,
  context: Context,
): Promise<void> => {
  const input = toInput({ attributes: person });
  try {
    refuseBlocked(input, context.accountSettings);
    refuseOversized(input);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(
      error.code,
      error.problems.map((problem) => atField(problem, base)),
    );
  }
  const { topics, listId } = consent;
  const age = ageProblem({ topics, dateOfBirth: read.dateOfBirth, now: context.now() }, context.accountSettings);
  if (age)
    throw new ApiError('invalid', { detail: age, source: { pointer: `${base}/fields/$age_gated_date_of_birth` } });
  await checkPublicLimits({ isDouble, ...(listId !== undefined && { listId }) }, context);
};

/** Points a problem of an address to its field. */
const atField = ({ source, ...problem }: Problem, base: string): Problem => {
  const [, kind] = /\/(email|phone_number)$/.exec(source?.pointer ?? '') ?? [];
  const own = kind === undefined ? source : { pointer: `${base}/fields/$${kind}` };
  return { ...problem, ...(own && { source: own }) };
};

/** Stores the submission and queues its message. A repeat queues it again, in case that the first attempt died. */
const store = async (checked: CheckedSubmission, context: Context): Promise<string> => {
  const { account, table, now, newId, queue } = context;
  const { shown, submission, sent, person } = checked;
  const at = now();
  const { submissionId } = submission;
  const id =
    submissionId === undefined
      ? newId(at)
      : hash('sha256', [shown.form.id, sent.step.id, submissionId].join(' '), 'base64url').slice(0, 26);
  const result = await table.write(
    create(formSubmissions, {
      account,
      id,
      formId: shown.form.id,
      submittedAt: at.toISOString(),
      status: 'accepted',
      work: workOf(checked, id, context),
      expiresAt: acceptedUntil(at),
    }),
  );
  if (!result.done && result.existing?.status === 'done') return id;
  await queue(MAIL_QUEUE).send({ kind: FORM_SUBMISSION, account, id });
  if (!result.done) return id;
  const isSubmit = Boolean(person.email || person.phone_number || person._kx) && sent.isFirst;
  await count(
    [
      {
        formId: shown.form.id,
        version: shown.version,
        counters: [
          ...(isSubmit ? (['submits'] as const) : []),
          'submitted_form_step',
          ...(submission.isUnique ? (['submitted_form_step_uniques'] as const) : []),
        ],
      },
    ],
    context,
  );
  return id;
};
