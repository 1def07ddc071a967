import * as v from 'valibot';
import { ListId } from '../../lists/list.ts';
import { unsupportedKinds } from './unsupported.ts';
import { PartId, requiredText, WebUrl } from './values.ts';

export const FormId = requiredText(64);
const list_id = v.nullish(ListId);
const submit = v.boolean();
const Listed = v.nullish(v.object({ list_id }));

const OTHER_WAY = 'Use a button with the action `next_step`, `close` or `redirect`.';

/** What a button or an image does. `submit` sends the fields first. */
export const Action = v.variant('type', [
  v.object({ id: PartId, type: v.literal('close'), submit, properties: Listed }),
  v.object({ id: PartId, type: v.literal('next_step'), submit, properties: Listed }),
  v.object({
    id: PartId,
    type: v.literal('redirect'),
    submit,
    properties: v.object({ list_id, url: WebUrl, new_window: v.nullish(v.boolean()) }),
  }),
  v.object({
    id: PartId,
    type: v.literal('open_form'),
    submit: v.nullish(v.boolean()),
    properties: v.object({ form_id_to_open: FormId, close_form: v.nullish(v.boolean()) }),
  }),
  ...unsupportedKinds({
    promotional_sms_subscription: 'Use a consent checkbox (`promotional_sms_checkbox`) and a button that submits.',
    resend_opt_in_code: 'There are no codes to opt in. Use a consent checkbox.',
    submit_opt_in_code: 'There are no codes to opt in. Use a consent checkbox.',
    subscribe_via_sms: 'Use a field `phone_number` and a consent checkbox.',
    subscribe_via_whatsapp: 'Use a field `phone_number` and a consent checkbox with the channel `whatsapp`.',
    go_to_inbox: OTHER_WAY,
    submit_back_in_stock: 'There are no back in stock alerts yet. Use an action that submits to a list.',
    skip_to_success: OTHER_WAY,
    iaf_deeplink_to_screen: `There are no forms in apps. ${OTHER_WAY}`,
  }),
]);
export type Action = v.InferOutput<typeof Action>;
