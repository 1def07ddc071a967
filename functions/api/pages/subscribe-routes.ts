import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { openToken } from '../../domains/accounts/tokens/actions.ts';
import { confirmOptIn, isDoubleOptIn } from '../../domains/consent/opt-in/actions.ts';
import { createChallenge } from '../../domains/consent/opt-in/challenge.ts';
import { acceptPublicSubscription, checkPublicLimits } from '../../domains/consent/opt-in/public-subscription.ts';
import { admitSubmission } from '../../domains/consent/opt-in/submission.ts';
import { PUBLIC_FORM } from '../../domains/consent/records/suppression.ts';
import { findList } from '../../domains/lists/actions.ts';
import type { List } from '../../domains/lists/list.ts';
import { refuseBlocked } from '../../domains/profiles/blocked-identifiers.ts';
import { Email } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { html } from '../../platform/html.ts';
import { type Reply, withHeaders } from '../../platform/http/route.ts';
import { receiptHeader, receivedSubscription } from '../receipts.ts';
import { messagePage, notFoundPage, page, statusOf } from './layout.ts';
import { linkify } from './linkify.ts';
import { route } from './protocol.ts';
import { solvingScript } from './script.ts';
import { openShop, recordWording, type Shop } from './shop.ts';

const common = { scope: 'open', status: 200, result: v.string() } as const;
const Form = v.object({
  email: v.optional(v.string(), ''),
  /** A hidden field, which only programs fill in. */
  website: v.optional(v.string(), ''),
  /** The solution of the page's challenge. */
  altcha: v.optional(v.string(), ''),
});
type Form = v.InferOutput<typeof Form>;

export const showSubscribePage = route({
  ...common,
  method: 'GET',
  path: '/pages/subscribe/{account}',
  summary: 'Show the subscribe page of an account',

  handle: ({ params }, context) => subscribePage(params.account, undefined, context),
});

export const showListSubscribePage = route({
  ...common,
  method: 'GET',
  path: '/pages/subscribe/{account}/{listId}',
  summary: 'Show the subscribe page of a list',

  handle: ({ params }, context) => subscribePage(params.account, params.listId, context),
});

export const subscribeByPage = route({
  ...common,
  method: 'POST',
  path: '/pages/subscribe/{account}',
  summary: 'Submit the subscribe page of an account',
  body: Form,

  handle: ({ params, body }, context) => subscribe(body, { account: params.account }, context),
});

export const subscribeToListByPage = route({
  ...common,
  method: 'POST',
  path: '/pages/subscribe/{account}/{listId}',
  summary: 'Submit the subscribe page of a list',
  body: Form,

  handle: ({ params, body }, context) => subscribe(body, params, context),
});

const subscribePage = async (account: string, listId: string | undefined, context: Context): Promise<Reply> => {
  const shop = await openShop(account, context);
  const target = await findTarget(listId, shop);
  return target ? form(target) : notFoundPage(shop);
};

/** What a page subscribes to: a shop, or one of its lists. */
interface Target {
  readonly shop: Shop;
  readonly list?: List;
}

/** Finds the target of a page. Pages create no lists, since anyone could fill an account with them. */
const findTarget = async (listId: string | undefined, shop: Shop): Promise<Target | undefined> => {
  if (listId === undefined) return { shop };
  const list = await findList(listId, shop.context);
  return list && { shop, list };
};

const textsOf = ({ shop: { texts, fill }, list }: Target): { readonly title: string; readonly lead: string } => {
  const { title, lead } = list ? texts.subscribe.list : texts.subscribe;
  return { title: fill(title, list?.name), lead: fill(lead, list?.name) };
};

const consentOf = ({ account, texts, fill }: Shop): string => account.pageConsent ?? fill(texts.subscribe.consent);

interface FormState {
  readonly email?: string;
  readonly error?: string;
  readonly status?: 400 | 429;
}

const form = async (target: Target, { email = '', error, status = 400 }: FormState = {}): Promise<Reply> => {
  const { shop } = target;
  const { texts, account, context } = shop;
  const { button, email: label, trap, working, needsScript } = texts.subscribe;
  const { title, lead } = textsOf(target);
  const needsProofOfWork = (account.proofOfWork ?? 'off') !== 'off';
  const work = needsProofOfWork ? JSON.stringify(await createChallenge(context)) : undefined;
  const described = error === undefined ? 'consent' : 'wrong consent';
  const content = html`
<p class="lead">${lead}</p>
<form method="post"${work !== undefined && html` data-challenge="${work}"`}>
<p><label for="email">${label}</label>
<input id="email" name="email" type="email" required maxlength="254" autocomplete="email" value="${email}" aria-describedby="${described}"${error !== undefined && html` aria-invalid="true"`}></p>
${error !== undefined && html`<p id="wrong" class="wrong" role="alert">${error}</p>`}
<p class="trap" aria-hidden="true"><label for="website">${trap}</label> <input id="website" name="website" tabindex="-1" autocomplete="off"></p>
<p id="consent" class="soft">${linkify(consentOf(shop))}</p>
<button>${button}</button>
${work !== undefined && html`<input type="hidden" name="altcha"><p role="status"><span id="working" hidden>${working}</span></p><p id="unscripted" class="wrong">${needsScript}</p>`}
</form>`;
  const shown = { title, content, ...(work !== undefined && { script: solvingScript }) };
  return page(shop, shown, error === undefined ? 200 : status);
};

const subscribe = async (
  { email: input, website, altcha }: Form,
  { account, listId }: { readonly account: string; readonly listId?: string },
  outer: Context,
): Promise<Reply> => {
  const shop = await openShop(account, outer);
  const target = await findTarget(listId, shop);
  if (!target) return notFoundPage(shop);
  const { context, texts } = shop;
  const email = v.safeParse(Email, input);
  if (!email.success) return form(target, { email: input, error: texts.subscribe.invalidEmail });
  const isDouble = await isDoubleOptIn(listId, context);
  const applicant = { email: email.output, website, altcha, by: 'form' } as const;
  const submission = { email: email.output, ...(listId !== undefined && { listId }), isDouble };
  try {
    const { refusals, result: id } = await admitSubmission(applicant, context, stepsOf(submission, target));
    const [refusal] = refusals;
    if (refusal) return form(target, { email: input, error: texts.subscribe.refused[refusal] });
    // The same response for erased people: another one would reveal that they were erased.
    const shown = isDouble
      ? messagePage(shop, 'checkMail')
      : target.list
        ? messagePage(shop, 'subscribedToList', { list: target.list.name })
        : messagePage(shop, 'subscribed');
    return withHeaders(shown, await receiptHeader(receivedSubscription(id), 'form', context));
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'throttled') throw error;
    return form(target, { email: input, error: texts.subscribe.tooMany, status: 429 });
  }
};

interface Submission {
  readonly email: string;
  readonly listId?: string;
  readonly isDouble: boolean;
}

/** The checks of a submission, and how to store it. Neither looks up a person, so the response reveals no one. */
const stepsOf = (submission: Submission, target: Target) => {
  const { shop } = target;
  const { context, texts, language } = shop;
  const { button = '' } = texts.subscribe;
  const { email } = submission;
  return {
    check: async () => {
      refuseBlocked({ identifiers: { email }, fields: {} }, context.accountSettings);
      await checkPublicLimits(submission, context);
    },
    act: async () => {
      const shown = await recordWording(shop, { ...textsOf(target), consent: consentOf(shop), button });
      const evidence = { method: PUBLIC_FORM, methodDetail: 'subscribe page', ...shown };
      const topics = [{ channel: 'email', type: 'marketing' } as const];
      return acceptPublicSubscription({ ...submission, topics, evidence, language }, context);
    },
  };
};

const Claims = v.object({ o: v.string() });

export const showConfirmPage = route({
  ...common,
  method: 'GET',
  path: '/pages/confirm/{account}/{token}',
  summary: 'Show the confirmation page',
  description: 'Changes nothing, so link scanners are harmless.',

  async handle({ params }, outer) {
    const shop = await openShop(params.account, outer);
    const opened = await openToken({ purpose: 'confirm', token: params.token, schema: Claims }, shop.context);
    if (opened.kind !== 'valid') return messagePage(shop, opened.kind, { status: statusOf[opened.kind] });
    const { texts, fill } = shop;
    const { title, lead, button } = texts.confirm;
    const content = html`
<p class="lead">${fill(lead)}</p>
<p class="soft">${linkify(confirmConsentOf(shop))}</p>
<form method="post" class="actions"><button>${button}</button></form>`;
    return page(shop, { title: fill(title), content });
  },
});

const confirmConsentOf = ({ account, texts, fill }: Shop): string => account.pageConsent ?? fill(texts.confirm.consent);

export const confirmSubscription = route({
  ...common,
  method: 'POST',
  path: '/pages/confirm/{account}/{token}',
  summary: 'Confirm a subscription',
  description: 'A confirmation counts once, within 72 hours of the request.',
  body: v.object({}),

  async handle({ params }, outer) {
    const shop = await openShop(params.account, outer);
    const { context, texts, fill } = shop;
    const opened = await openToken({ purpose: 'confirm', token: params.token, schema: Claims }, context);
    if (opened.kind !== 'valid') return messagePage(shop, opened.kind, { status: statusOf[opened.kind] });
    const { title, lead, button = '' } = texts.confirm;
    const shown = await recordWording(shop, {
      title: fill(title),
      lead: fill(lead),
      consent: confirmConsentOf(shop),
      button,
    });
    const outcome = await confirmOptIn(opened.claims.o, { method: PUBLIC_FORM, ...shown }, context);
    switch (outcome) {
      case 'confirmed':
        return messagePage(shop, 'confirmed');
      case 'already':
        return messagePage(shop, 'used');
      case 'declined':
        return messagePage(shop, 'declined', { status: 410 });
      case 'expired':
        return messagePage(shop, 'expired', { status: statusOf.expired });
    }
  },
});
