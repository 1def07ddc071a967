import * as v from 'valibot';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Action } from './actions.ts';
import { blockProperties, fieldBlocks } from './fields.ts';
import { alignment, blockStyles, borderStyles, colorStyle, dropShadow, ImageAsset, textStyles } from './styles.ts';
import { unsupportedKinds } from './unsupported.ts';
import { integer, PartId, pixels, requiredText, text } from './values.ts';

const nullish = v.nullish;
const MAX_HIDDEN = 50;
/** Klaviyo's editors write long markup around short texts. */
const MAX_HTML = 20_000;

/** Hidden fields: the page's script can change their values before they are sent. */
const additional_fields = nullish(
  boundedArray(v.object({ name: requiredText(100), value: text(1_000) }), {
    max: MAX_HIDDEN,
    tooMany: (count) => `${count} hidden fields; at most ${MAX_HIDDEN} are allowed.`,
  }),
);

const Button = v.object({
  id: PartId,
  type: v.literal('button'),
  styles: nullish(
    v.object({
      ...blockStyles,
      width: nullish(v.picklist(['fill', 'fit'])),
      height: nullish(v.union([integer(16, 500), v.literal('auto')])),
      alignment,
      hover_background_color: colorStyle,
      hover_text_color: colorStyle,
      border_styles: borderStyles,
      text_styles: textStyles,
      color: colorStyle,
      drop_shadow: dropShadow,
    }),
  ),
  properties: v.object({ ...blockProperties, label: requiredText(500), additional_fields }),
  action: nullish(Action),
});

const Image = v.object({
  id: PartId,
  type: v.literal('image'),
  styles: nullish(
    v.object({ ...blockStyles, horizontal_alignment: alignment, width: nullish(pixels), drop_shadow: dropShadow }),
  ),
  properties: v.object({ ...blockProperties, image: ImageAsset, additional_fields }),
  action: nullish(Action),
});

const HtmlText = v.object({
  id: PartId,
  type: v.literal('html_text'),
  styles: nullish(v.object(blockStyles)),
  properties: nullish(v.object({ ...blockProperties, content: nullish(text(MAX_HTML)) })),
});

const CODES = 'There are no codes to opt in. Use a consent checkbox.';

/** A part of a form. */
export const Block = v.variant('type', [
  ...fieldBlocks,
  Button,
  Image,
  HtmlText,
  ...unsupportedKinds({
    coupon: 'There are no coupons yet. Write the code into an `html_text`.',
    opt_in_code: CODES,
    countdown_timer: 'Write the end of the offer into an `html_text`.',
    signup_counter: 'Write the number into an `html_text`.',
    spin_to_win: 'Use `radio_buttons`, and an `html_text` on the next step.',
    sms_disclosure: 'Write the wording into the `checkbox_text` of a `promotional_sms_checkbox`.',
    bis_promotional_email_checkbox: 'Use a `promotional_email_checkbox`.',
    review: 'Write the review into an `html_text`.',
    custom_html: 'Use an `html_text`, whose markup is reduced to a safe set.',
  }),
]);
export type Block = v.InferOutput<typeof Block>;
