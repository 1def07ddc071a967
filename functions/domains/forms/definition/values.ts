import * as v from 'valibot';
import { Text } from '../../../platform/validation/text.ts';

const COLOR = /^(?:#[0-9a-f]{3,4}|#[0-9a-f]{6}|#[0-9a-f]{8}|transparent|rgba?\([0-9., ]{5,40}\))$/i;
const RGB = /^rgba?\( ?\d{1,3} ?, ?\d{1,3} ?, ?\d{1,3} ?(?:, ?[01]?(?:\.\d{1,6})? ?)?\)$/i;

export const isColor = (text: string): boolean => COLOR.test(text) && (!/^rgb/i.test(text) || RGB.test(text));

/** A color that cannot end the declaration that it is written into. */
export const Color = v.pipe(v.string(), v.check(isColor, 'Not a color, such as #1a2b3c or rgba(20, 20, 20, 0.6).'));

const FAMILY = /^(?:'[\w -]{1,60}'|[\w -]{1,60})$/;
const MAX_FAMILIES = 10;

export const isFontFamily = (text: string): boolean => {
  const families = text.split(',');
  return families.length <= MAX_FAMILIES && families.every((family) => FAMILY.test(family.trim()));
};

/** Names of fonts, joined by commas. */
export const FontFamily = v.pipe(
  v.string(),
  v.check(isFontFamily, "Not names of fonts, such as Arial, 'Helvetica Neue', sans-serif."),
);

export const integer = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** A length in pixels. */
export const pixels = integer(0, 2_000);

export const text = (max: number) => v.pipe(Text, v.maxLength(max, `Longer than ${max} characters.`));
export const requiredText = (max: number) => v.pipe(text(max), v.nonEmpty('It is empty.'));

const MAX_URL = 2_048;

export const isWebUrl = (text: string): boolean =>
  text.length <= MAX_URL && URL.canParse(text) && /^https?:\/\//i.test(text);

/** An address of the web: no script, no file and no data. */
export const WebUrl = v.pipe(Text, v.check(isWebUrl, 'Not an address such as https://example.com/page.'));

/** An id of a part of a form. Absent ones are assigned. */
export const PartId = v.nullish(
  v.pipe(
    v.string(),
    v.regex(/^[\w-]{1,64}$/, 'An id of a part has up to 64 letters, digits, hyphens and underscores.'),
  ),
);

export const devices = ['both', 'desktop', 'mobile'] as const;
export const Device = v.picklist(devices);

/** A part of Klaviyo's format that has no meaning here. `advice` says what to use. */
export const refused = (advice: string) => v.nullish(v.custom<never>(() => false, advice));
