import * as v from 'valibot';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Block } from './blocks.ts';
import { withStructureChecks } from './check.ts';
import { backgroundImage, closeButtonStyles, colorStyle, dropShadow, margin, VersionStyles } from './styles.ts';
import { Trigger } from './triggers.ts';
import { Device, integer, PartId, pixels, refused, requiredText, text } from './values.ts';

const nullish = v.nullish;

export const formTypes = ['banner', 'embed', 'flyout', 'full_screen', 'popup'] as const;

const Location = v.picklist([
  'bottom_center',
  'bottom_left',
  'bottom_right',
  'center_left',
  'center_right',
  'top_center',
  'top_left',
  'top_right',
]);

const upTo = (max: number, noun: string) => ({
  max,
  tooMany: (count: number) => `${count} ${noun}; at most ${max} are allowed.`,
});

const Row = v.object({
  id: PartId,
  blocks: boundedArray(Block, { min: 1, tooFew: 'The row is empty. Leave it out.', ...upTo(10, 'blocks') }),
});

const Column = v.object({
  id: PartId,
  rows: nullish(boundedArray(Row, upTo(50, 'rows'))),
  styles: nullish(v.object({ background_image: backgroundImage, background_color: colorStyle })),
});

const Step = v.object({
  id: PartId,
  name: nullish(text(200)),
  columns: boundedArray(Column, { min: 1, tooFew: 'A step has at least one column.', ...upTo(4, 'columns') }),
  steps: refused('Steps inside a step are not supported. List all steps one after the other.'),
});

const Teaser = v.object({
  id: PartId,
  content: requiredText(5_000),
  display_order: nullish(v.picklist(['after', 'before', 'before_and_after'])),
  teaser_type: nullish(v.picklist(['circle', 'corner', 'rectangle'])),
  location: nullish(Location),
  size: nullish(v.picklist(['custom', 'large', 'medium', 'small'])),
  custom_size: nullish(pixels),
  styles: nullish(
    v.object({
      background_color: colorStyle,
      drop_shadow: dropShadow,
      corner_radius: nullish(pixels),
      background_image: backgroundImage,
      close_button: closeButtonStyles,
      margin,
    }),
  ),
  close_button: nullish(v.boolean()),
  device_type: nullish(Device),
});

const someDevices = nullish(boundedArray(Device, upTo(3, 'devices')));

/** A version of a form as it is sent, in Klaviyo's format. */
const SentVersion = v.object({
  /** Assigned. It may be sent, so that an answer can be sent back. */
  id: nullish(integer(0, Number.MAX_SAFE_INTEGER)),
  name: nullish(text(200)),
  type: nullish(v.picklist(formTypes), 'popup'),
  location: nullish(Location),
  status: nullish(v.literal('draft', 'A live version cannot be changed: send the draft alone, then publish the form.')),
  ab_test: nullish(v.literal(false, 'A/B tests are not supported. Send one version, with `ab_test: false`.')),
  steps: boundedArray(Step, { min: 1, tooFew: 'A form has at least one step.', ...upTo(10, 'steps') }),
  triggers: nullish(boundedArray(Trigger, upTo(20, 'triggers'))),
  teasers: nullish(boundedArray(Teaser, upTo(2, 'teasers'))),
  styles: nullish(VersionStyles),
  properties: nullish(
    v.object({
      side_image_settings: nullish(
        v.object({
          size: nullish(v.picklist(['large', 'medium', 'small'])),
          alignment: nullish(v.picklist(['left', 'right'])),
          device_type: someDevices,
        }),
      ),
      click_outside_to_close: someDevices,
      rule_based_trigger_evaluation: nullish(v.picklist(['all', 'any'])),
      record_utm_params_on_submit: nullish(v.boolean()),
      show_close_button: nullish(v.boolean()),
      accessible_name: nullish(text(200)),
    }),
  ),
  dynamic_button: refused('There are no back in stock alerts yet. Leave it out.'),
  specialties: nullish(
    boundedArray(v.never('There are no back in stock alerts yet. Leave it out.'), upTo(1, 'specialties')),
  ),
  channel: nullish(v.literal('WEB', 'There are no forms in apps. Use `WEB`, or leave it out.')),
  message_priority: nullish(v.literal(50, 'Only forms in apps have a priority. Leave it out.')),
});

/** Also checks the rules between its parts: all problems at once. */
export const Version = withStructureChecks(SentVersion);
export type Version = v.InferOutput<typeof SentVersion>;

export const Definition = v.object({
  versions: boundedArray(Version, {
    min: 1,
    tooFew: 'A definition has one version.',
    max: 1,
    tooMany: (count) => `${count} versions; only one is allowed, since A/B tests are not supported.`,
  }),
});
