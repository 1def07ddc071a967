type Value = string | number | boolean | undefined;
export type Child = Node | string | false | undefined;

/** Makes an element. Texts become text nodes, so that nothing in a definition is ever parsed as markup. */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  made.append(...children.filter((child): child is Node | string => child !== false && child !== undefined));
  return made;
};

/** Sets styles of which the definition gives the values. What is no value of its property has no effect. */
export const setStyles = (
  { style }: { readonly style: CSSStyleDeclaration },
  values: Readonly<Record<string, string | number | undefined>>,
): void => {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const text = typeof value === 'number' ? `${value}px` : value;
    // A custom property takes any text: its value is checked as what it is used for.
    const isColor = name.startsWith('--') && typeof value === 'string';
    if (!isColor || CSS.supports('color', text)) style.setProperty(name, text);
  }
};

/** An address of the web, or undefined: other schemes, such as `javascript:`, run in the page. */
export const webUrl = (url: string | undefined): string | undefined => {
  try {
    const { protocol, href } = new URL(url ?? '', location.href);
    return url && /^https?:$/.test(protocol) ? href : undefined;
  } catch {
    return undefined;
  }
};
