import type { DefaultTreeAdapterTypes } from 'parse5';
import * as v from 'valibot';
import { isColor, isFontFamily, isWebUrl } from './values.ts';

/**
 * Safe markup as data. Browsers build elements from it and never parse HTML, so that nothing can be injected. `style`
 * is set by the CSSOM.
 */
export interface HtmlElement {
  readonly tag: string;
  readonly attrs?: Readonly<Record<string, string>> | undefined;
  readonly style?: Readonly<Record<string, string>> | undefined;
  readonly children: readonly HtmlNode[];
}
export type HtmlNode = string | HtmlElement;

export const HtmlNode: v.GenericSchema<HtmlNode> = v.lazy(() =>
  v.union([
    v.string(),
    v.object({
      tag: v.string(),
      attrs: v.optional(v.record(v.string(), v.string())),
      style: v.optional(v.record(v.string(), v.string())),
      children: v.array(HtmlNode),
    }),
  ]),
);

const TAGS = new Set(
  'a b blockquote br div em h1 h2 h3 h4 h5 h6 hr i li ol p s small span strong sub sup u ul'.split(' '),
);
/** Elements whose text is no text for people. All others that are not allowed leave their content. */
const DROPPED = new Set(
  'audio canvas embed form frame frameset head iframe input math noscript object option script select style svg template textarea title video xmp'.split(
    ' ',
  ),
);
const MAX_DEPTH = 16;

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

/** Reads HTML and keeps what is safe: texts, simple elements, links and a few styles. Loads the parser on first use. */
export const safeTree = async (html: string): Promise<readonly HtmlNode[]> => {
  if (!/[<&]/.test(html)) return html === '' ? [] : [html];
  const { parseFragment } = await import('parse5');
  return nodesOf(parseFragment(html).childNodes, 0);
};

const nodesOf = (nodes: readonly Node[], depth: number): HtmlNode[] =>
  nodes.flatMap((node): readonly HtmlNode[] => {
    if (node.nodeName === '#text') return 'value' in node && node.value !== '' ? [node.value] : [];
    if (!('tagName' in node) || DROPPED.has(node.tagName) || node.namespaceURI !== XHTML) return [];
    // Deeper elements are left out: nobody sees the difference, and browsers are safe from deep recursion.
    if (depth >= MAX_DEPTH) return [];
    const children = nodesOf(node.childNodes, depth + 1);
    return TAGS.has(node.tagName) ? [elementOf(node, children)] : children;
  });

const XHTML = 'http://www.w3.org/1999/xhtml';

const elementOf = (element: Element, children: readonly HtmlNode[]): HtmlElement => {
  const attribute = (name: string): string | undefined => element.attrs.find((one) => one.name === name)?.value;
  const href = element.tagName === 'a' ? attribute('href')?.trim() : undefined;
  const dir = attribute('dir')?.toLowerCase();
  const attrs = {
    ...(href !== undefined && isLink(href) && { href }),
    ...(dir !== undefined && ['ltr', 'rtl', 'auto'].includes(dir) && { dir }),
  };
  const style = styleOf(attribute('style') ?? '');
  return {
    tag: element.tagName,
    ...(Object.keys(attrs).length > 0 && { attrs }),
    ...(Object.keys(style).length > 0 && { style }),
    children,
  };
};

const MAIL_OR_PHONE = /^(?:mailto:[^\s<>"']{1,254}|tel:[\d+() -]{1,40})$/i;
const isLink = (href: string): boolean => isWebUrl(href) || MAIL_OR_PHONE.test(href);

const isSize = (value: string): boolean => /^-?\d{1,3}(?:\.\d{1,3})?(?:px|em|rem|%)?$/.test(value);
const oneOf =
  (...words: readonly string[]) =>
  (value: string): boolean =>
    words.includes(value.toLowerCase());

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  color: isColor,
  'background-color': isColor,
  'font-family': isFontFamily,
  'font-size': isSize,
  'font-style': oneOf('normal', 'italic', 'oblique'),
  'font-weight': oneOf('normal', 'bold', '100', '200', '300', '400', '500', '600', '700', '800', '900'),
  'letter-spacing': isSize,
  'line-height': isSize,
  'text-align': oneOf('left', 'right', 'center', 'justify', 'start', 'end'),
  'text-decoration': oneOf('none', 'underline', 'line-through'),
};

const MAX_STYLE = 1_000;

const styleOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .slice(0, MAX_STYLE)
      .split(';')
      .flatMap((declaration) => {
        const at = declaration.indexOf(':');
        const name = declaration.slice(0, at).trim().toLowerCase();
        const value = declaration.slice(at + 1).trim();
        return Object.hasOwn(checks, name) && checks[name]?.(value) ? [[name, value] as const] : [];
      }),
  );

/** The text of markup, as a person reads it. */
export const plainText = (nodes: readonly HtmlNode[]): string =>
  nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      const inner = plainText(node.children);
      return LINES.has(node.tag) ? `\n${inner}\n` : inner;
    })
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

const LINES = new Set('blockquote br div h1 h2 h3 h4 h5 h6 hr li ol p ul'.split(' '));
