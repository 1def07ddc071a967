import type { HtmlNode } from '../definition/definition.ts';
import { setStyles, webUrl } from './dom.ts';

const TAGS = /^(a|b|blockquote|br|div|em|h[1-6r]|i|li|ol|p|s|small|span|strong|su[bp]|ul?)$/;
/** None of them loads anything. */
const TEXT_STYLES = /^(color|background-color|font-|letter-|line-|text-)/;

/** Builds the nodes of safe markup. It is checked again: nothing but texts, simple elements and links of the web. */
export const nodesOf = (tree: readonly HtmlNode[] = []): Node[] =>
  tree.flatMap((node) => {
    if (typeof node === 'string') return document.createTextNode(node);
    const children = nodesOf(node.children);
    if (!TAGS.test(node.tag)) return children;
    const made = document.createElement(node.tag);
    const { href, dir } = node.attrs ?? {};
    const url = /^(mailto|tel):/.test(href ?? '') ? href : webUrl(href);
    if (node.tag === 'a' && url) {
      made.setAttribute('href', url);
      made.setAttribute('target', '_blank');
      made.setAttribute('rel', 'noopener');
    }
    if (dir) made.setAttribute('dir', dir);
    setStyles(made, Object.fromEntries(Object.entries(node.style ?? {}).filter(([name]) => TEXT_STYLES.test(name))));
    made.append(...children);
    return made;
  });
