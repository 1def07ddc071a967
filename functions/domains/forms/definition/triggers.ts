import * as v from 'valibot';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { ListId } from '../../lists/list.ts';
import { unsupportedKinds } from './unsupported.ts';
import { Device, integer, PartId, requiredText } from './values.ts';

const nullish = v.nullish;
const MAX_PATTERNS = 50;
const MAX_LISTS = 50;
/** Each star costs the browser a search through the rest of the address. */
const MAX_STARS = 8;

/** A part of an address, or the whole of it with `*` for any text. It is no regular expression. */
const UrlPattern = v.pipe(
  requiredText(500),
  v.check((pattern) => pattern.split('*').length <= MAX_STARS + 1, `At most ${MAX_STARS} stars in one pattern.`),
);
const patterns = nullish(
  boundedArray(UrlPattern, {
    max: MAX_PATTERNS,
    tooMany: (count) => `${count} patterns; at most ${MAX_PATTERNS} are allowed.`,
  }),
);
const lists = nullish(
  boundedArray(ListId, { max: MAX_LISTS, tooMany: (count) => `${count} lists; at most ${MAX_LISTS} are allowed.` }),
);

const trigger = <const Type extends string, Properties extends v.ObjectEntries>(type: Type, properties: Properties) =>
  v.object({ id: PartId, type: v.literal(type), properties: nullish(v.object(properties)) });

const CART = 'A form does not know the cart. Use `url_patterns` with the address of the cart.';

/** When, where and to whom a form is shown. */
export const Trigger = v.variant('type', [
  trigger('after_close_or_submit_timeout', { timeout_days: nullish(integer(0, 3_650)) }),
  trigger('delay', { seconds: nullish(integer(0, 3_600)) }),
  trigger('device', { device: nullish(Device) }),
  trigger('exit_intent', {}),
  trigger('identified_profiles', {}),
  trigger('lists_and_segments', { allow_list: lists, deny_list: lists }),
  trigger('page_visits', { pages: nullish(integer(1, 1_000)) }),
  trigger('previously_submitted', {}),
  trigger('scroll_percentage', { percentage: nullish(integer(0, 100)) }),
  trigger('unidentified_profiles', {}),
  trigger('url_patterns', { allow_list: patterns, deny_list: patterns }),
  ...unsupportedKinds({
    back_in_stock: 'There are no back in stock alerts yet. Use `url_patterns`.',
    cart_content: CART,
    cart_item_count: CART,
    cart_product: CART,
    cart_value: CART,
    channel: 'Use `identified_profiles` or `unidentified_profiles`.',
    custom_javascript: 'Call `tributary.openForm` from the page.',
    location: 'A form does not know where a visitor is. Use `url_patterns`.',
    profile_event_tracked: 'A form does not know what a visitor did before. Call `tributary.openForm` from the page.',
  }),
]);
export type Trigger = v.InferOutput<typeof Trigger>;
