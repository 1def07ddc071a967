import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { blocksOf, isField, type StoredButton, type StoredStep } from '../../../domains/forms/definition/stored.ts';
import { fieldNameOf } from '../../../domains/forms/definition/structure.ts';
import type { ShownVersion } from '../../../domains/forms/live.ts';
import { count } from '../../../domains/forms/statistics/count.ts';
import { acceptSubmission } from '../../../domains/forms/submissions/accept.ts';
import { problemText } from '../../../domains/forms/submissions/problem-text.ts';
import type { SentValue } from '../../../domains/forms/submissions/read-values.ts';
import { readSignals } from '../../../model/signals.ts';
import { ApiError } from '../../../platform/errors.ts';
import { html } from '../../../platform/html.ts';
import { type Reply, withHeaders } from '../../../platform/http/route.ts';
import { isRobot } from '../../klaviyo/onsite.ts';
import { liveForms } from '../../onsite/forms/live-forms.ts';
import { receiptHeader, receivedSubscription } from '../../receipts.ts';
import { messagePage, notFoundPage, page } from '../layout.ts';
import { route } from '../protocol.ts';
import { openShop, type Shop } from '../shop.ts';
import { FIELD } from './field.ts';
import { type StepState, stepPage } from './step.ts';
import { formTexts } from './texts.ts';

const common = { scope: 'open', status: 200, result: v.string(), path: '/pages/forms/{account}/{formId}' } as const;
const text = v.optional(v.string(), '');

const Form = v.looseObject({
  step: text,
  version: text,
  button: text,
  submission_id: text,
  token: text,
  website: text,
  altcha: text,
});
type Form = v.InferOutput<typeof Form>;

export const showFormPage = route({
  ...common,
  method: 'GET',
  summary: 'Show a sign-up form as a page',

  async handle({ params }, outer) {
    const shop = await openShop(params.account, outer);
    const shown = await liveForms.one({ formId: params.formId }, shop.context);
    const step = shown?.content.steps[0];
    if (!shown || !step) return notFoundPage(shop);
    if (!isRobot({ onsite: 'true' }, outer))
      await count(
        [{ formId: shown.form.id, version: shown.version, counters: ['viewed_form', 'viewed_form_step'] }],
        shop.context,
      );
    return stepPage(shop, shown, { step, values: {}, submissionId: randomUUID() });
  },
});

export const submitFormPage = route({
  ...common,
  method: 'POST',
  summary: 'Submit a step of a sign-up form on its page',
  body: Form,

  async handle({ params, body }, outer) {
    const shop = await openShop(params.account, outer);
    const shown = await liveForms.one({ formId: params.formId, version: body.version }, shop.context);
    const step = shown?.content.steps.find(({ id }) => id === body.step);
    if (!shown || !step) return notFoundPage(shop);
    return continueForm({ shop, shown, step, body }, outer);
  },
});

interface Posted {
  readonly shop: Shop;
  readonly shown: ShownVersion;
  readonly step: StoredStep;
  readonly body: Form;
}

const SUBMISSION_ID = /^[\w-]{16,64}$/;
const MAX_CARRIED = 250;

/** Sends the step if its button does, then shows what comes next. */
const continueForm = async ({ shop, shown, step, body }: Posted, outer: Context): Promise<Reply> => {
  const button = blocksOf(step).find(
    (block): block is StoredButton => block.type === 'button' && (body.button === '' || block.id === body.button),
  );
  const values = valuesIn(body);
  const submissionId = SUBMISSION_ID.test(body.submission_id) ? body.submission_id : randomUUID();
  const state: StepState = { step, values, submissionId, ...(body.token && { token: body.token }) };
  const next = shown.content.steps[shown.content.steps.indexOf(step) + 1];
  if (button?.action?.submit !== true)
    return next && button?.action?.type === 'next_step'
      ? stepPage(shop, shown, { ...state, step: next })
      : stepPage(shop, shown, state);
  try {
    const { token, isDouble, id } = await acceptSubmission(
      shown,
      {
        stepId: step.id,
        buttonId: button.id,
        values: sentValues(shown, step, values),
        hidden: {},
        submissionId,
        isUnique: true,
        page: `${outer.origin}${outer.url}`,
        utm: {},
        token: body.token || undefined,
        altcha: body.altcha,
        isBot: body.website !== '' || isRobot({ onsite: 'true' }, outer),
        signals: readSignals(undefined, shop.context),
        base: '',
      },
      shop.context,
    );
    // What was sent is not carried along: the token stands for who it is.
    const isFollowed = button.action.type === 'next_step' && next;
    const answer = isFollowed
      ? await stepPage(shop, shown, { step: next, values: {}, submissionId, token })
      : isDouble
        ? messagePage(shop, 'checkMail')
        : sentPage(shop, button);
    return withHeaders(answer, await receiptHeader(receivedSubscription(id), 'form', shop.context));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return problemPage({ shop, shown, state }, error);
  }
};

const sentPage = (shop: Shop, { action, properties }: StoredButton): Reply => {
  const { title, lead } = formTexts[shop.language].sent;
  const label = 'label' in properties ? properties.label : formTexts[shop.language].next;
  const link = action?.type === 'redirect' && html`<p class="next"><a href="${action.properties.url}">${label}</a></p>`;
  return page(shop, { title, content: html`<p class="lead">${lead}</p>${link}`, state: 'done' });
};

interface Failed {
  readonly shop: Shop;
  readonly shown: ShownVersion;
  readonly state: StepState;
}

/** Shows the step again, with each problem beside its field. */
const problemPage = ({ shop, shown, state }: Failed, error: ApiError): Promise<Reply> => {
  const { tooMany } = shop.texts.subscribe;
  if (error.code === 'throttled') return stepPage(shop, shown, { ...state, error: tooMany, status: 429 });
  if (error.code !== 'invalid') throw error;
  const errors = new Map<string, string>();
  const others: string[] = [];
  for (const problem of error.problems) {
    const text = problemText(problem, shop.language);
    const [, name] = /^\/fields\/(.*)$/s.exec(problem.source?.pointer ?? '') ?? [];
    if (name === undefined) others.push(text);
    else errors.set(name.replaceAll('~1', '/').replaceAll('~0', '~'), text);
  }
  const [first] = others;
  return stepPage(shop, shown, { ...state, errors, ...(first !== undefined && { error: first }) });
};

const Values = v.union([
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
  v.array(v.string()),
]);

const valuesIn = (body: Form): Record<string, readonly string[]> =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => name.startsWith(FIELD))
      .slice(0, MAX_CARRIED)
      .flatMap(([name, value]) => {
        const read = v.safeParse(Values, value);
        return read.success ? [[name.slice(FIELD.length), read.output] as const] : [];
      }),
  );

/** Only checkboxes have several values. */
const sentValues = (
  { content }: ShownVersion,
  step: StoredStep,
  values: Readonly<Record<string, readonly string[]>>,
): Record<string, SentValue> => {
  const fields = content.steps
    .slice(0, content.steps.indexOf(step) + 1)
    .flatMap(blocksOf)
    .filter(isField);
  const lists = new Set(fields.flatMap((field) => (field.type === 'checkboxes' ? [fieldNameOf(field)] : [])));
  return Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, lists.has(name) ? all : (all[0] ?? '')]),
  );
};
