import { createHash } from 'node:crypto';
import type { Account } from '../../model/account.ts';
import type { Language } from '../../model/language.ts';
import { type Html, html, htmlString } from '../../platform/html.ts';
import { type Reply, reply } from '../../platform/http/route.ts';
import { linkify } from './linkify.ts';
import type { Script } from './script.ts';
import type { Shop } from './shop.ts';
import { type State, stateIcon } from './state-icon.ts';
import { styleWith, USUAL_COLOR } from './style.ts';

export interface PageContent {
  readonly title: string;
  readonly content: Html;
  /** The icon of the page. */
  readonly state?: State;
  /** A script of this deployment, which the content security policy allows by its hash. */
  readonly script?: Script;
}

/** The language of the visitor, and the shop. */
interface Design {
  readonly language: Language;
  /** Absent if the shop is unknown. */
  readonly account?: Pick<Account, 'name' | 'pageLogo' | 'pageColor' | 'pageFooter'>;
}

type Status = Parameters<typeof reply>[1]['status'];

/** Renders a page of a shop. Has a script only if it needs one, and loads nothing from other hosts but the logo. */
export const page = (shop: Shop, shown: PageContent, status?: Status): Reply => {
  const { headers, body } = render(shop, shown);
  return reply(body, { headers, ...(status && { status }) });
};

export const render = (
  { language, account }: Design,
  { title, content, state, script }: PageContent,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } => {
  const style = styleWith(account?.pageColor ?? USUAL_COLOR);
  const markup = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<div class="card">
${account && header(account)}
<main>
${state && stateIcon(state)}
<h1>${title}</h1>
${content}
</main>
</div>
${account?.pageFooter !== undefined && html`<footer><p>${linkify(account.pageFooter)}</p></footer>`}
${script?.element}
</body>
</html>
`;
  return { headers: headersWith({ style, logo: account?.pageLogo, script }), body: htmlString(markup) };
};

const header = ({ name, pageLogo }: Pick<Account, 'name' | 'pageLogo'>): Html =>
  html`<header>${
    pageLogo === undefined ? html`<p class="shop">${name}</p>` : html`<img src="${pageLogo}" alt="${name}">`
  }</header>`;

const states = {
  checkMail: 'mail',
  confirmed: 'done',
  used: 'done',
  subscribed: 'done',
  subscribedToList: 'done',
  expired: 'problem',
  invalid: 'problem',
  saved: 'done',
  unsubscribed: 'done',
  leftList: 'done',
  declined: 'done',
  unknown: 'problem',
} as const satisfies Partial<Record<keyof Shop['texts'], State>>;

type MessageName = keyof typeof states;

interface MessageOptions {
  readonly status?: Status;
  readonly more?: Html | false;
  /** Replaces `{list}` in the text. */
  readonly list?: string;
}

/** A page with a message and no form. */
export const messagePage = (shop: Shop, name: MessageName, { status, more, list }: MessageOptions = {}): Reply => {
  const { title, lead } = shop.texts[name];
  const content = html`<p class="lead">${shop.fill(lead, list)}</p>${more}`;
  return page(shop, { title: shop.fill(title, list), content, state: states[name] }, status);
};

/** The page of a 404, in the design of the shop. */
export const notFoundPage = (shop: Shop): Reply => {
  const { title, lead } = shop.texts.failed.notFound;
  return page(shop, { title, content: html`<p class="lead">${lead}</p>`, state: 'problem' }, 404);
};

/** The status of pages for links that expired, are invalid, or whose recipient no longer exists. */
export const statusOf = { expired: 410, invalid: 404, unknown: 410 } as const;

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

interface Parts {
  readonly style: string;
  readonly logo: string | undefined;
  readonly script: Script | undefined;
}

const headersWith = ({ style, logo, script }: Parts) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    ...(script ? [`script-src '${hashOf(script.source)}'`] : []),
    ...(logo === undefined ? [] : [`img-src ${logo.split(/[?#]/)[0]}`]),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-robots-tag': 'noindex',
  'permissions-policy': 'geolocation=(), camera=(), microphone=()',
});
