import { type Html, html } from '../../platform/html.ts';

const OPENING = '([{<"\'„“‚«»';
const CLOSING = '.,;:!?)]}>"\'”“’»«';

/** Renders a text of the shop, with its web and e-mail addresses as links. */
export const linkify = (text: string): Html => html`${text.split(/(\s+)/).map(linkedWord)}`;

/** Leaves brackets, quotes and punctuation around an address out of its link. */
const linkedWord = (word: string): Html => {
  let from = 0;
  let to = word.length;
  while (from < to && OPENING.includes(word.charAt(from))) from++;
  while (to > from && CLOSING.includes(word.charAt(to - 1))) to--;
  const address = word.slice(from, to);
  const href = hrefOf(address);
  if (href === undefined) return html`${word}`;
  return html`${word.slice(0, from)}<a href="${href}">${address}</a>${word.slice(to)}`;
};

const hrefOf = (address: string): string | undefined => {
  if (/^https?:\/\/./i.test(address)) return address;
  if (/^www\../i.test(address)) return `https://${address}`;
  const [name, domain = '', ...more] = address.split('@');
  const isMail = name !== '' && /\w\.\w/.test(domain) && more.length === 0 && !address.includes(':');
  return isMail ? `mailto:${address}` : undefined;
};
