const MARKUP = Symbol('markup');

/** Trusted markup. Only `html` creates it, so that a caller's text is never mistaken for markup. */
export interface Html {
  readonly [MARKUP]: string;
}

type Value = string | number | Html | readonly Html[] | false | undefined;

/** Builds markup from a template. Values are escaped for content and for quoted attributes, unless they are markup. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  [MARKUP]: strings.map((text, i) => text + render(values[i])).join(''),
});

export const htmlString = (markup: Html): string => markup[MARKUP];

const render = (value: Value): string => {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'map' in value ? value.map(htmlString).join('') : htmlString(value);
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
