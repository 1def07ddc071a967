import { createHash } from 'node:crypto';
import { type Html, html, textOf } from '../html.ts';
import { type Reply, reply } from '../http/route.ts';
import type { Script } from './script.ts';
import type { Shop } from './shop.ts';

export interface Shown {
  readonly title: string;
  readonly content: Html;
  /** One of ours, allowed by its hash. */
  readonly script?: Script;
}

type Status = Parameters<typeof reply>[1]['status'];

/** A whole page of a shop: no script where none is needed, nothing from elsewhere but its logo, readable on a phone, by light and by dark. */
export const page = (shop: Shop, { title, content, script }: Shown, status?: Status): Reply => {
  const { account, language } = shop;
  const style = styleWith(account.pageColor ?? '#1f4fd8');
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
<header>${
    account.pageLogo === undefined
      ? html`<p class="shop">${account.name}</p>`
      : html`<img src="${account.pageLogo}" alt="${account.name}">`
  }</header>
<main>
<h1>${title}</h1>
${content}
</main>
${account.pageFooter !== undefined && html`<footer><p>${account.pageFooter}</p></footer>`}
${script?.element}
</body>
</html>
`;
  const headers = headersWith({ style, logo: account.pageLogo, script });
  return reply(textOf(markup), { headers, ...(status && { status }) });
};

/** A page that only says something. */
export const said = (shop: Shop, what: Message, status?: Status, more?: Html | false): Reply => {
  const { title, lead } = shop.texts[what];
  return page(shop, { title: shop.named(title), content: html`<p>${shop.named(lead)}</p>${more}` }, status);
};

type Message =
  | 'checkMail'
  | 'confirmed'
  | 'used'
  | 'subscribed'
  | 'expired'
  | 'invalid'
  | 'saved'
  | 'unsubscribed'
  | 'declined'
  | 'unknown';

/** Of a link that holds no longer, or never did, or whose recipient is not known any more. */
export const statusOf = { expired: 410, invalid: 404, unknown: 410 } as const;

/** Escaping leaves it as it is: it has none of those characters. */
const styleWith = (color: string): string => `
:root{color-scheme:light dark;--accent:${color};--on-accent:${isDark(color) ? '#fff' : '#000'};font:100%/1.5 system-ui,sans-serif}
*{box-sizing:border-box}
body{margin:0 auto;max-width:34rem;overflow-wrap:anywhere;padding:1.5rem 1.25rem;background:#fff;color:#1b1b1b}
header img{max-width:100%;max-height:5rem}
.shop{font-weight:600;margin:0}
h1{font-size:1.6rem;line-height:1.25}
label,legend{font-weight:600}
fieldset{min-width:0;border:1px solid #767676;border-radius:.4rem;margin:1rem 0;padding:.5rem 1rem}
fieldset label{display:flex;gap:.75rem;align-items:center;font-weight:400;min-height:2.75rem}
input[type=email]{display:block;width:100%;font:inherit;padding:.7rem;margin-top:.25rem;border:1px solid #767676;border-radius:.4rem;background:inherit;color:inherit}
input[type=checkbox]{width:1.3rem;height:1.3rem;flex:none}
button{font:inherit;font-weight:600;padding:.75rem 1.25rem;margin:.5rem 0;min-height:2.75rem;border:1px solid currentColor;border-radius:.4rem;background:var(--accent);color:var(--on-accent);cursor:pointer}
button.quiet{background:none;color:inherit}
:focus-visible{outline:3px solid #767676;outline-offset:2px}
.wrong{color:#b00020}
.trap{position:absolute;left:-9999px}
a{color:inherit}
footer{margin-top:3rem;border-top:1px solid #767676;white-space:pre-line}
@media(prefers-color-scheme:dark){body{background:#161616;color:#f2f2f2}.wrong{color:#ff9aa8}}
`;

/** Whether white can be read on it better than black: relative luminance, as WCAG 2 has it. */
const isDark = (color: string): boolean => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05;
};

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
