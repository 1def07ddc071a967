import type { HtmlNode } from '../../../domains/forms/definition/html.ts';
import { type Html, html } from '../../../platform/html.ts';

/** The page has a heading of its own above those of the form. */
const tags: Readonly<Record<string, string>> = { h1: 'h2' };
const empty = ['br', 'hr'];

/** Renders checked markup. Its tags are those that `safeTree` keeps; styles are left out, as the page has its own. */
export const markupOf = (nodes: readonly HtmlNode[]): Html[] =>
  nodes.map((node): Html => {
    if (typeof node === 'string') return html`${node}`;
    const { tag, attrs: { href, dir } = {}, children } = node;
    const name = tags[tag] ?? tag;
    if (empty.includes(tag)) return html`<${name}>`;
    const attributes = html`${href !== undefined && html` href="${href}" rel="noopener noreferrer"`}${dir !== undefined && html` dir="${dir}"`}`;
    return html`<${name}${attributes}>${markupOf(children)}</${name}>`;
  });
