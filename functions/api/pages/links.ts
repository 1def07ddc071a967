import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { openToken } from '../../domains/accounts/tokens/actions.ts';
import { preferencesPath } from '../../domains/consent/texts/links.ts';
import { html } from '../../platform/html.ts';
import type { Reply } from '../../platform/http/route.ts';
import { messagePage, statusOf } from './layout.ts';
import { type Access, openShop, type Shop } from './shop.ts';

/** The common part of the routes of links in mails. */
export const common = { scope: 'open', status: 200, result: v.string() } as const;
export const params = '{account}/{token}';

interface Opened<C> {
  readonly shop: Shop;
  readonly claims: C;
}

export interface Link {
  readonly account: string;
  readonly token: string;
}

/** The page of a link, or the page for a link that is not valid. */
export const openLink = async <S extends v.GenericSchema>(
  { account, token, ...access }: Link & Access,
  schema: S,
  outer: Context,
  show: (given: Opened<v.InferOutput<S>>) => Promise<Reply>,
): Promise<Reply> => {
  const shop = await openShop(account, outer, access);
  const found = await openToken({ purpose: 'preferences', token, schema }, shop.context);
  return found.kind === 'valid'
    ? show({ shop, claims: found.claims })
    : messagePage(shop, found.kind, { status: statusOf[found.kind] });
};

/** A link to the preferences page, unless the account hides its pages. */
export const preferencesLink = ({ account, texts, context }: Shop, { token }: Pick<Link, 'token'>) =>
  !context.settings.hidesPages &&
  html`<p class="next"><a href="${preferencesPath(account.id, token)}">${texts.unsubscribed.preferences}</a></p>`;
