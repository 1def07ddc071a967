import * as v from 'valibot';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { isDateFormat } from './date-format.ts';
import { alignment, blockStyles } from './styles.ts';
import { Device, PartId, requiredText, text } from './values.ts';

const nullish = v.nullish;
const MAX_OPTIONS = 100;
const MAX_LABEL = 500;
export const MAX_WORDING = 2_000;

export const display_device = nullish(
  boundedArray(Device, { max: 3, tooMany: (count) => `${count} devices; at most 3 are allowed.` }),
);

/** What every block may have in its properties. `classname` is refused: the page's styles do not reach into a form. */
export const blockProperties = {
  display_device,
  classname: nullish(
    v.literal('', 'Class names have no effect: styles of the page do not reach a form. Leave it out.'),
  ),
};

const shared = {
  ...blockProperties,
  label: nullish(text(MAX_LABEL)),
  show_label: nullish(v.boolean()),
  placeholder: nullish(text(MAX_LABEL)),
  required: nullish(v.boolean()),
  error_messages: nullish(v.object({ required: nullish(text(MAX_LABEL)), invalid: nullish(text(MAX_LABEL)) })),
};
const property_name = requiredText(100);
const styles = nullish(v.object(blockStyles));
const choiceStyles = nullish(
  v.object({ ...blockStyles, arrangement: nullish(v.picklist(['horizontal', 'vertical'])), alignment }),
);

const options = boundedArray(v.object({ label: requiredText(MAX_LABEL), value: requiredText(MAX_LABEL) }), {
  min: 1,
  tooFew: 'There is nothing to choose from. Give at least one option.',
  max: MAX_OPTIONS,
  tooMany: (count) => `${count} options; at most ${MAX_OPTIONS} are allowed.`,
});

const DateFormat = v.pipe(
  v.string(),
  v.check(isDateFormat, 'Not a format of dates, such as MM/DD, DD.MM.YYYY or YYYY-MM-DD.'),
);

const field = <const Type extends string, Properties extends v.ObjectEntries>(type: Type, properties: Properties) =>
  v.object({ id: PartId, type: v.literal(type), styles, properties: v.object({ ...shared, ...properties }) });

const choice = <const Type extends string>(type: Type) =>
  v.object({
    id: PartId,
    type: v.literal(type),
    styles: choiceStyles,
    properties: v.object({ ...shared, property_name, options }),
  });

const smsConsent = v.picklist(['phone_number_only', 'promotional', 'transactional']);
const channelSetting = nullish(v.object({ consent_type: nullish(smsConsent) }));

const consent = <const Type extends string, const Channel extends string, const Name extends string>(
  type: Type,
  { channels, name }: { readonly channels: readonly [Channel, ...Channel[]]; readonly name: Name },
) =>
  v.object({
    id: PartId,
    type: v.literal(type),
    styles: nullish(v.object({ ...blockStyles, horizontal_alignment: alignment })),
    properties: v.object({
      ...shared,
      property_name: nullish(v.literal(name)),
      checkbox_text: requiredText(MAX_WORDING),
      channels: nullish(
        boundedArray(v.picklist(channels), {
          min: 1,
          tooFew: 'Name the channels, or leave it out.',
          max: channels.length,
          tooMany: (count) => `${count} channels; at most ${channels.length} are allowed.`,
        }),
      ),
    }),
  });

/** The blocks that a visitor fills in. */
export const fieldBlocks = [
  field('email', { property_name: nullish(v.literal('$email')) }),
  field('phone_number', {
    property_name: nullish(v.literal('$phone_number')),
    sms_consent_type: nullish(
      boundedArray(smsConsent, { max: 3, tooMany: (count) => `${count} types; at most 3 are allowed.` }),
    ),
    channel_settings: nullish(v.object({ sms: channelSetting, whatsapp: channelSetting })),
  }),
  field('text', { property_name }),
  field('date', { property_name, date_format: nullish(DateFormat) }),
  field('age_gate', {
    property_name: nullish(v.literal('$age_gated_date_of_birth')),
    date_format: nullish(
      v.pipe(
        DateFormat,
        v.check((format) => format.includes('YYYY'), 'A date of birth has a year. Use a format with YYYY.'),
      ),
    ),
    sms_country_code: nullish(v.picklist(['AT', 'AU', 'CH', 'DE', 'ES', 'FR', 'GB', 'IE', 'IT', 'PT', 'US'])),
  }),
  choice('checkboxes'),
  choice('radio_buttons'),
  choice('dropdown'),
  consent('promotional_sms_checkbox', { channels: ['sms', 'whatsapp'], name: 'opt_in_promotional_sms' }),
  consent('promotional_email_checkbox', { channels: ['email'], name: 'opt_in_promotional_email' }),
] as const;
