const MARKUP = Symbol('markup');

/** Markup that was written here: only `html` makes it, so text that somebody gave can't be taken for it. */
export interface Html {
  readonly [MARKUP]: string;
}

type Value = string | number | Html | readonly Html[] | false | undefined;

/** Markup from a template: what is put into it is escaped, for content and for quoted attributes, unless it is markup itself. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  [MARKUP]: strings.map((text, i) => text + render(values[i])).join(''),
});

export const textOf = (markup: Html): string => markup[MARKUP];

const render = (value: Value): string => {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'map' in value ? value.map(textOf).join('') : textOf(value);
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
