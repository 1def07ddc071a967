import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { findList } from '../../domains/lists/actions.ts';
import { html } from '../../platform/html.ts';
import { messagePage, page, statusOf } from './layout.ts';
import { common, openLink, params, preferencesLink } from './links.ts';
import { route } from './protocol.ts';
import { recordWording } from './shop.ts';
import { Claims, type OfPerson, unsubscribeRecipient } from './unsubscribe.ts';

export const showUnsubscribePage = route({
  ...common,
  method: 'GET',
  path: `/pages/unsubscribe/${params}`,
  summary: 'Show the unsubscribe page',
  description: 'Changes nothing, so link scanners are harmless.',

  handle: ({ params: link }, outer) =>
    openLink({ ...link, isAlwaysShown: true }, Claims, outer, async ({ shop, claims }) => {
      const { texts, fill, context } = shop;
      const { title, lead, button, fromList } = texts.unsubscribe;
      const list = await listIn(claims, context);
      const content = html`
<p class="lead">${fill(lead)}</p>
<form method="post" class="actions">
<button>${button}</button>
${list && html`<button class="quiet" name="only" value="list">${fromList}: ${list.name}</button>`}
</form>
${isOfPerson(claims) && preferencesLink(shop, link)}`;
      return page(shop, { title: fill(title), content });
    }),
});

/** Finds the list of a message. Undefined if it was deleted, since an opt-out of it would have no effect. */
const listIn = async (claims: Claims, context: Context) =>
  'l' in claims && claims.l !== undefined ? findList(claims.l, context) : undefined;

const isOfPerson = (claims: Claims): claims is OfPerson => 'p' in claims;

export const unsubscribeByLink = route({
  ...common,
  method: 'POST',
  path: `/pages/unsubscribe/${params}`,
  summary: 'Unsubscribe, by page or one click',
  description:
    'One click is a POST of `List-Unsubscribe=One-Click` (RFC 8058): no redirect, no cookie, no question. Ends ' +
    'all email marketing, unless the account has `unsubscribeFrom=list` and the message was to a list that ' +
    'still exists. The link works for as long as the mail is kept: it contains the profile and, encrypted, the ' +
    'address, and unsubscribes both.',
  body: v.object({ 'List-Unsubscribe': v.optional(v.string()), only: v.optional(v.string()) }),

  handle: ({ params: link, body }, outer) =>
    openLink({ ...link, isAlwaysShown: true }, Claims, outer, async ({ shop, claims }) => {
      const { account, texts, fill, context } = shop;
      const isOneClick = body['List-Unsubscribe'] === 'One-Click';
      const { title, lead, button = '' } = texts.unsubscribe;
      const around = { title: fill(title), lead: '', button };
      const evidence = isOneClick
        ? { method: 'one_click_unsubscribe', ip: context.ip, userAgent: context.userAgent }
        : { method: 'preference_page', ...(await recordWording(shop, { ...around, consent: fill(lead) })) };
      const isListOnly = isOneClick ? account.unsubscribeFrom === 'list' : body.only === 'list';
      const list = isListOnly ? await listIn(claims, context) : undefined;
      // The page leaves a list even if it was deleted. One click then unsubscribes from all e-mail marketing.
      const isOfList = isListOnly && (!isOneClick || list !== undefined);
      const outcome = await unsubscribeRecipient(claims, { isOfList, evidence }, context);
      switch (outcome) {
        case 'unsubscribed': {
          const more = isOfPerson(claims) && preferencesLink(shop, link);
          return list ? messagePage(shop, 'leftList', { more, list: list.name }) : messagePage(shop, outcome, { more });
        }
        case 'declined':
          return messagePage(shop, outcome);
        case 'unknown':
          return messagePage(shop, outcome, { status: statusOf.unknown });
      }
    }),
});
