/** Parts of definitions, in the format of the API. */
export const text = (id: string, content: string) => ({ blocks: [{ id, type: 'html_text', properties: { content } }] });

export const emailField = {
  id: 'email',
  type: 'email',
  properties: { label: 'E-mail', required: true, placeholder: 'you@example.com' },
} as const;

export const button = (id: string, label: string, action: object) => ({
  id,
  type: 'button',
  properties: { label },
  action: { submit: false, ...action },
});

export const submitButton = button('send', 'Subscribe', {
  type: 'next_step',
  submit: true,
  properties: { list_id: 'news' },
});

export const step = (id: string, ...rows: readonly object[]) => ({
  id,
  name: id,
  columns: [{ rows: rows.map((row) => ('blocks' in row ? row : { blocks: [row] })) }],
});

export const success = step('done', text('thanks', '<h2>Thank you!</h2><p>Look into your mailbox.</p>'));

/** A form with a field for the address, and a step that thanks. */
export const newsletter = {
  steps: [
    step(
      'start',
      text('hello', '<h2>10% off your first tea</h2><p>And news, once a month.</p>'),
      emailField,
      submitButton,
    ),
    success,
  ],
};
