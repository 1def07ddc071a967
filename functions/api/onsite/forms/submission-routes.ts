import * as v from 'valibot';
import { requiredText, text } from '../../../domains/forms/definition/values.ts';
import { acceptSubmission } from '../../../domains/forms/submissions/accept.ts';
import { localizeError } from '../../../domains/forms/submissions/problem-text.ts';
import type { Submission } from '../../../domains/forms/submissions/submission.ts';
import { AnonymousId } from '../../../model/identity.ts';
import { readSignals, SignalsBody } from '../../../model/signals.ts';
import { ApiError } from '../../../platform/errors.ts';
import { reply } from '../../../platform/http/route.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { ownRecord } from '../../../platform/validation/own-record.ts';
import { isRobot, OnsiteQuery, onsiteDescription } from '../../klaviyo/onsite.ts';
import { route } from '../../klaviyo/protocol.ts';
import { receiptHeader, receiptHeaderDescription, receivedSubscription } from '../../receipts.ts';
import { liveForms } from './live-forms.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_NAMES = 250;
/** A person needs longer, also with the browser's help. */
const MIN_ELAPSED_MS = 500;
const BASE = '/data/attributes';

const few = <S extends v.GenericSchema<Readonly<Record<string, unknown>>>>(schema: S) =>
  v.pipe(
    schema,
    v.check((names) => Object.keys(names).length <= MAX_NAMES, `More than ${MAX_NAMES} fields.`),
  );
const name = text(100);
const Value = v.union([
  v.string(),
  v.boolean(),
  boundedArray(v.string(), { max: 100, tooMany: (count) => `${count} options; at most 100 are accepted.` }),
]);
const identifier = <const Type extends string>(type: Type) =>
  v.object({ data: v.object({ type: v.literal(type), id: requiredText(64) }) });

const Body = v.object({
  data: v.object({
    type: v.literal('form-submission'),
    attributes: v.object({
      step: requiredText(64),
      button: v.nullish(requiredText(64)),
      /** The version says which step is the last one. */
      is_last: v.nullish(v.boolean()),
      is_unique: v.nullish(v.boolean(), true),
      submission_id: v.nullish(v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/, 'Not an id such as a UUID.'))),
      fields: v.nullish(few(ownRecord(name, Value)), {}),
      hidden: v.nullish(few(ownRecord(name, v.string())), {}),
      utm: v.nullish(few(ownRecord(v.pipe(name, v.startsWith('utm_', 'Names begin with utm_.')), text(500))), {}),
      page: v.nullish(text(2_048)),
      language: v.nullish(text(35)),
      device: v.nullish(v.picklist(['desktop', 'mobile'])),
      elapsed_ms: v.nullish(v.pipe(v.number(), v.minValue(0))),
      website: v.nullish(v.string(), ''),
      altcha: v.nullish(text(4_096), ''),
      _kx: v.nullish(text(1_800)),
      anonymous_id: v.nullish(AnonymousId),
      signals: SignalsBody,
    }),
    relationships: v.object({ form: identifier('form'), 'form-version': identifier('form-version') }),
  }),
});

export const createFormSubmission = route({
  method: 'POST',
  path: '/client/form-submissions',
  summary: 'Submit a step of a form, from a browser',
  description:
    'The values are checked against the version of the form: one answer reports all problems, each at its field. The ' +
    'response is sent when the submission is stored; a worker then makes profile, consent, list membership and events, ' +
    'so it does not show who is known. `meta.exchange_id` stands for what the visitor entered: send it as `_kx` with ' +
    'later steps. `language` is that of the page, such as `de`, and then of the answer. `button` is the button that was pressed; by default the first one of the step that sends. With ' +
    '`submission_id`, the same for all steps of one filling, a repeated request does nothing more. `website` is a ' +
    'hidden field, and `elapsed_ms` the time since the form was shown: what a bot sends is answered alike, counted and ' +
    `not stored.${onsiteDescription}`,
  scope: 'public',
  status: 202,
  maxBodyBytes: MAX_BODY_BYTES,
  query: OnsiteQuery,
  body: Body,
  result: v.object({ meta: v.object({ exchange_id: v.optional(v.string()), should_clear_cookie: v.boolean() }) }),
  headers: receiptHeaderDescription,
  errors: ['not_found'],

  async handle({ body }, context) {
    const { attributes, relationships } = body.data;
    const formId = relationships.form.data.id;
    const shown = await liveForms.one({ formId, version: relationships['form-version'].data.id }, context);
    if (!shown)
      throw new ApiError('not_found', {
        detail: 'There is no such version of a live form.',
        source: { pointer: '/data/relationships/form-version/data/id' },
      });
    const submission: Submission = {
      stepId: attributes.step,
      buttonId: attributes.button ?? undefined,
      values: attributes.fields,
      hidden: attributes.hidden,
      submissionId: attributes.submission_id ?? undefined,
      isUnique: attributes.is_unique,
      page: attributes.page ?? undefined,
      device: attributes.device ?? undefined,
      utm: attributes.utm,
      token: attributes._kx ?? undefined,
      anonymousId: attributes.anonymous_id ?? undefined,
      altcha: attributes.altcha,
      isBot:
        attributes.website !== '' ||
        (attributes.elapsed_ms ?? MIN_ELAPSED_MS) < MIN_ELAPSED_MS ||
        isRobot({ onsite: 'true' }, context),
      signals: readSignals(attributes.signals, context),
      base: BASE,
    };
    const { token, isOtherPerson, id } = await acceptSubmission(shown, submission, context).catch((error: unknown) => {
      throw error instanceof ApiError && attributes.language ? localizeError(error, attributes.language) : error;
    });
    const meta = { ...(token !== undefined && { exchange_id: token }), should_clear_cookie: isOtherPerson };
    return reply({ meta }, { headers: await receiptHeader(receivedSubscription(id), 'form', context) });
  },
});
