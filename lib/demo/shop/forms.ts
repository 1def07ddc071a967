import * as v from 'valibot';
import type { LocalStack } from '../../local/stack/stack-file.ts';
import { get, post } from '../call.ts';

const Found = v.object({ data: v.array(v.object({ id: v.string() })) });
const Created = v.object({ data: v.object({ id: v.string() }) });

const text = (content: string) => ({ blocks: [{ type: 'html_text', properties: { content } }] });
const email = {
  type: 'email',
  properties: { label: 'E-mail', placeholder: 'you@example.com', required: true },
};
const consent = {
  type: 'promotional_email_checkbox',
  properties: {
    checkbox_text: 'I would like to get news about tea by e-mail. I can unsubscribe at any time.',
    required: true,
  },
};
const thanks = {
  name: 'Thanks',
  columns: [{ rows: [text('<h2>Thank you!</h2><p>You will hear from the garden.</p>')] }],
};

const send = (list_id: string) => ({
  type: 'button',
  properties: { label: 'Subscribe' },
  action: { type: 'next_step', submit: true, properties: { list_id } },
});

const popup = (listId: string) => ({
  type: 'popup',
  steps: [
    {
      name: 'Address',
      columns: [
        {
          rows: [
            text('<h2>10% off your first tea</h2><p>And news from the garden, once a month.</p>'),
            { blocks: [email] },
            { blocks: [consent] },
            { blocks: [send(listId)] },
            {
              blocks: [
                { type: 'button', properties: { label: 'No, thank you' }, action: { type: 'close', submit: false } },
              ],
            },
          ],
        },
      ],
    },
    thanks,
  ],
  triggers: [
    { type: 'delay', properties: { seconds: 3 } },
    { type: 'after_close_or_submit_timeout', properties: { timeout_days: 5 } },
  ],
  teasers: [{ content: '<b>10% off</b>', display_order: 'after', teaser_type: 'circle', location: 'bottom_left' }],
});

const embed = (listId: string) => ({
  type: 'embed',
  steps: [
    {
      name: 'Address',
      columns: [
        {
          rows: [
            text('<h2>News from the garden</h2>'),
            { blocks: [email] },
            { blocks: [consent] },
            { blocks: [send(listId)] },
          ],
        },
      ],
    },
    thanks,
  ],
});

const byName = (name: string): string => `filter=${encodeURIComponent(`equals(name,"${name}")`)}`;

const ensureList = async (stack: LocalStack, name: string): Promise<string> => {
  const [found] = (await get(stack, `/api/lists?${byName(name)}`, Found)).data;
  if (found) return found.id;
  return (await post(stack, '/api/lists', { type: 'list', attributes: { name } }, Created)).data.id;
};

const ensureForm = async (stack: LocalStack, name: string, version: object): Promise<string> => {
  const [found] = (await get(stack, `/api/forms?${byName(name)}`, Found)).data;
  if (found) return found.id;
  const attributes = { name, definition: { versions: [version] } };
  const { id } = (await post(stack, '/api/forms', { type: 'form', attributes }, Created)).data;
  const relationships = { form: { data: { type: 'form', id } } };
  await post(stack, '/api/form-publish-jobs', { type: 'form-publish-job', relationships }, Created);
  return id;
};

/** Makes the forms of the shop and their list, once. */
export const ensureForms = async (stack: LocalStack): Promise<{ readonly popup: string; readonly embed: string }> => {
  const list = await ensureList(stack, 'Tea news');
  return {
    popup: await ensureForm(stack, 'Tea popup', popup(list)),
    embed: await ensureForm(stack, 'Tea footer', embed(list)),
  };
};
