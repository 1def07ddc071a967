import type { Version } from '../definition/definition.ts';
import type { BackgroundImage, ColumnStyles, DropShadow, TextStyles, VersionStyles } from '../definition/styles.ts';
import { setStyles, webUrl } from './dom.ts';

type Styled = { readonly style: CSSStyleDeclaration };

/** Styles of texts, as CSS has them. */
export const textStyles = (text: TextStyles = {}): Readonly<Record<string, string | number | undefined>> => ({
  'font-family': text.font_family,
  'font-size': text.font_size,
  'font-weight': text.font_weight && `${text.font_weight}`,
  'font-style': text.font_style,
  'text-decoration': text.text_decoration,
  'letter-spacing': text.character_spacing,
  'line-height': text.line_spacing && `${text.line_spacing}`,
  'text-align': text.alignment,
  color: text.text_color,
});

export const shadowOf = (shadow: DropShadow | undefined): string | undefined =>
  shadow?.enabled === false
    ? 'none'
    : shadow?.color && `${shadow.x_offset ?? 0}px ${shadow.y_offset ?? 0}px ${shadow.blur ?? 0}px ${shadow.color}`;

export const borderOf = (border: VersionStyles['border_styles']): string | undefined =>
  border?.thickness ? `${border.thickness}px ${border.style ?? 'solid'} ${border.color ?? 'currentColor'}` : undefined;

/** The background of a column, a card or a teaser. */
export const setBackground = (target: Styled, { background_color, background_image }: ColumnStyles): void => {
  setStyles(target, { 'background-color': background_color });
  const url = webUrl(background_image?.properties.src);
  if (url) setStyles(target, { 'background-image': `url(${JSON.stringify(url)})`, ...imageStyles(background_image) });
};

const imageStyles = ({ styles = {} }: Partial<BackgroundImage> = {}) => {
  const width = styles.custom_width ?? styles.width;
  return {
    'background-size': styles.position === 'custom' ? width && `${width}px` : (styles.position ?? 'cover'),
    'background-position': `${styles.horizontal_alignment ?? 'center'} ${styles.vertical_alignment ?? 'center'}`,
    'background-repeat': 'no-repeat',
  };
};

const WIDTHS = { small: 360, medium: 480, large: 720, custom: undefined, full: 2_000 };

interface Parts {
  readonly root: HTMLElement;
  readonly box: HTMLElement;
  readonly card: HTMLElement;
}

/** Sets the custom properties that the style sheet reads. */
export const setVersionStyles = ({ root, box, card }: Parts, styles: VersionStyles): void => {
  const { input_styles: input = {}, rich_text_styles: rich = {} } = styles;
  const isSmall = matchMedia('(max-width: 767px)').matches;
  setStyles(root, {
    '--veil': (isSmall && styles.mobile_overlay?.color) || styles.overlay_color,
    '--body': rich.body?.text_color,
    '--link': rich.link?.color,
    '--label': input.label_color,
    '--in-ink': input.text_color ?? input.text_styles?.text_color,
    '--in-hint': input.placeholder_color,
    '--in-bg': input.background_color,
    '--in-edge': input.border_color,
    '--in-focus': input.border_focus_color,
    '--outline': input.focus_outline_color,
    '--in-radius': input.corner_radius,
    '--in-height': input.field_height,
    '--radius': styles.border_styles?.radius,
    '--tall': styles.minimum_height,
    '--wide': styles.custom_width ?? (styles.width && WIDTHS[styles.width]),
  });
  setStyles(root, { 'font-family': rich.body?.font_family });
  setStyles(box, { 'box-shadow': shadowOf(styles.drop_shadow) });
  setStyles(card, { border: borderOf(styles.border_styles) });
  for (const [side, width] of Object.entries(styles.padding ?? {})) setStyles(card, { [`padding-${side}`]: width });
  if (styles.padding) setStyles(card, { '--pad': 0 });
  setBackground(card, styles);
};

/** The styles of headings and paragraphs, as rules: their values cannot end the rule. */
export const addTextRules = (sheet: CSSStyleSheet, { rich_text_styles: rich = {} }: VersionStyles): void => {
  for (const [tag, styles] of Object.entries(rich)) {
    const selector = tag === 'body' ? '.text' : tag === 'link' ? '.text a' : /^h[1-6]$/.test(tag) && `.text ${tag}`;
    if (!selector) continue;
    const rule = sheet.cssRules[sheet.insertRule(`${selector}{}`, sheet.cssRules.length)];
    if (!(rule instanceof CSSStyleRule)) continue;
    setStyles(rule, textStyles(styles));
    setStyles(rule, { 'text-decoration': styles.decoration });
    for (const [side, width] of Object.entries(styles.margin ?? {})) setStyles(rule, { [`margin-${side}`]: width });
  }
};

/** Names of styles that fit only a light or only a dark background. */
const COLORED = /"(text_color|label_color|background_color|background-color|color|background_image)":/;

/**
 * Whether the form is shown in dark colors: where the page says that it has them, the visitor prefers them, and the
 * definition names no colors of its own, except for buttons.
 */
export const isDark = (version: Version): boolean => {
  const meta = document.querySelector<HTMLMetaElement>('meta[name=color-scheme]')?.content ?? '';
  const own = getComputedStyle(document.documentElement).colorScheme;
  const scheme = /dark|light/.test(own) ? own : meta;
  if (!/dark/.test(scheme) || (/light/.test(scheme) && !matchMedia('(prefers-color-scheme: dark)').matches))
    return false;
  return !COLORED.test(JSON.stringify(version, (_, part: unknown) => (isApart(part) ? undefined : part)));
};

/** Buttons have colors of their own, and there is no text on a column that is only a picture. */
const isApart = (part: unknown): boolean => {
  const { type, rows } = Object(part);
  return type === 'button' || (Array.isArray(rows) && rows.length === 0);
};
