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
import type { Reply } from '../../platform/http/route.ts';
import { messagePage, notFoundPage, page, statusOf } from './layout.ts';
import { linkify } from './linkify.ts';
import { route } from './protocol.ts';
import { solvingScript } from './script.ts';
import { type Shop, shopOf, shownOn } from './shop.ts';

const common = { scope: 'open', status: 200, result: v.string() } as const;
const Form = v.object({
  email: v.optional(v.string(), ''),
  /** Hidden from people: who fills it in is a program. */
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
  const shop = await shopOf(account, context);
  const place = await placeOf(listId, shop);
  return place ? form(place) : notFoundPage(shop);
};

/** Where somebody subscribes: to a shop, or to one of its lists. */
interface Place {
  readonly shop: Shop;
  readonly list?: List;
}

/** Pages make no lists: anybody could fill an account with them. */
const placeOf = async (listId: string | undefined, shop: Shop): Promise<Place | undefined> => {
  if (listId === undefined) return { shop };
  const list = await findList(listId, shop.context);
  return list && { shop, list };
};

const textsOf = ({ shop: { texts, named }, list }: Place): { readonly title: string; readonly lead: string } => {
  const { title, lead } = list ? texts.subscribe.list : texts.subscribe;
  return { title: named(title, list?.name), lead: named(lead, list?.name) };
};

const consentOf = ({ account, texts, named }: Shop): string => account.pageConsent ?? named(texts.subscribe.consent);

interface Filled {
  readonly email?: string;
  readonly wrong?: string;
  readonly status?: 400 | 429;
}

const form = async (place: Place, { email = '', wrong, status = 400 }: Filled = {}): Promise<Reply> => {
  const { shop } = place;
  const { texts, account, context } = shop;
  const { button, email: label, trap, working, needsScript } = texts.subscribe;
  const { title, lead } = textsOf(place);
  const isWorkAsked = (account.proofOfWork ?? 'off') !== 'off';
  const work = isWorkAsked ? JSON.stringify(await createChallenge(context)) : undefined;
  const described = wrong === undefined ? 'consent' : 'wrong consent';
  const content = html`
<p class="lead">${lead}</p>
<form method="post"${work !== undefined && html` data-challenge="${work}"`}>
<p><label for="email">${label}</label>
<input id="email" name="email" type="email" required maxlength="254" autocomplete="email" value="${email}" aria-describedby="${described}"${wrong !== undefined && html` aria-invalid="true"`}></p>
${wrong !== undefined && html`<p id="wrong" class="wrong" role="alert">${wrong}</p>`}
<p class="trap" aria-hidden="true"><label for="website">${trap}</label> <input id="website" name="website" tabindex="-1" autocomplete="off"></p>
<p id="consent" class="soft">${linkify(consentOf(shop))}</p>
<button>${button}</button>
${work !== undefined && html`<input type="hidden" name="altcha"><p role="status"><span id="working" hidden>${working}</span></p><p id="unscripted" class="wrong">${needsScript}</p>`}
</form>`;
  const shown = { title, content, ...(work !== undefined && { script: solvingScript }) };
  return page(shop, shown, wrong === undefined ? 200 : status);
};

const subscribe = async (
  { email: given, website, altcha }: Form,
  { account, listId }: { readonly account: string; readonly listId?: string },
  outer: Context,
): Promise<Reply> => {
  const shop = await shopOf(account, outer);
  const place = await placeOf(listId, shop);
  if (!place) return notFoundPage(shop);
  const { context, texts } = shop;
  const email = v.safeParse(Email, given);
  if (!email.success) return form(place, { email: given, wrong: texts.subscribe.invalidEmail });
  const isDouble = await isDoubleOptIn(listId, context);
  const applicant = { email: email.output, website, altcha, by: 'form' } as const;
  const asked = { email: email.output, ...(listId !== undefined && { listId }), isDouble };
  try {
    const [refusal] = await admitSubmission(applicant, context, stepsOf(asked, place));
    if (refusal) return form(place, { email: given, wrong: texts.subscribe.refused[refusal] });
    // The same answer as for everybody: another one would reveal who was erased here.
    if (isDouble) return messagePage(shop, 'checkMail');
    return place.list
      ? messagePage(shop, 'subscribedToList', { list: place.list.name })
      : messagePage(shop, 'subscribed');
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'throttled') throw error;
    return form(place, { email: given, wrong: texts.subscribe.tooMany, status: 429 });
  }
};

interface Asked {
  readonly email: string;
  readonly listId?: string;
  readonly isDouble: boolean;
}

/** What is refused of anybody, and what is to be stored: nobody is looked for before the answer. */
const stepsOf = (asked: Asked, place: Place) => {
  const { shop } = place;
  const { context, texts, language } = shop;
  const { button = '' } = texts.subscribe;
  const { email } = asked;
  return {
    check: async () => {
      refuseBlocked({ identifiers: { email }, fields: {} }, context.accountSettings);
      await checkPublicLimits(asked, context);
    },
    act: async () => {
      const shown = await shownOn(shop, { ...textsOf(place), consent: consentOf(shop), button });
      const evidence = { method: PUBLIC_FORM, methodDetail: 'subscribe page', ...shown };
      const topics = [{ channel: 'email', type: 'marketing' } as const];
      await acceptPublicSubscription({ ...asked, topics, evidence, language }, context);
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
    const shop = await shopOf(params.account, outer);
    const opened = await openToken({ purpose: 'confirm', token: params.token, schema: Claims }, shop.context);
    if (opened.kind !== 'valid') return messagePage(shop, opened.kind, { status: statusOf[opened.kind] });
    const { texts, named } = shop;
    const { title, lead, button } = texts.confirm;
    const content = html`
<p class="lead">${named(lead)}</p>
<p class="soft">${linkify(confirmConsentOf(shop))}</p>
<form method="post" class="actions"><button>${button}</button></form>`;
    return page(shop, { title: named(title), content });
  },
});

const confirmConsentOf = ({ account, texts, named }: Shop): string =>
  account.pageConsent ?? named(texts.confirm.consent);

export const confirmSubscription = route({
  ...common,
  method: 'POST',
  path: '/pages/confirm/{account}/{token}',
  summary: 'Confirm a subscription',
  description: 'A confirmation counts once, within 72 hours of the request.',
  body: v.object({}),

  async handle({ params }, outer) {
    const shop = await shopOf(params.account, outer);
    const { context, texts, named } = shop;
    const opened = await openToken({ purpose: 'confirm', token: params.token, schema: Claims }, context);
    if (opened.kind !== 'valid') return messagePage(shop, opened.kind, { status: statusOf[opened.kind] });
    const { title, lead, button = '' } = texts.confirm;
    const shown = await shownOn(shop, {
      title: named(title),
      lead: named(lead),
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
