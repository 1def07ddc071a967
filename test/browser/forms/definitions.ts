/** Parts of definitions, in the format of the API. */
export const text = (id: string, content: string) => ({ id, type: 'html_text', properties: { content } });

export const emailField = {
  id: 'email',
  type: 'email',
  properties: { label: 'E-mail', required: true, placeholder: 'you@example.com' },
} as const;

export const field = (type: string, name: string, properties: object = {}) => ({
  id: name.replace(/\W/g, ''),
  type,
  properties: { property_name: name, label: name, ...properties },
});

export const consentField = (properties: object = {}) => ({
  id: 'consent',
  type: 'promotional_email_checkbox',
  properties: {
    checkbox_text: 'I would like to get news about tea by e-mail, once a month. I can unsubscribe at any time.',
    ...properties,
  },
});

export const options = (...labels: readonly string[]) => labels.map((label) => ({ label, value: label.toLowerCase() }));

export const button = (id: string, label: string, action: object, more: object = {}) => ({
  id,
  type: 'button',
  properties: { label, ...more },
  action: { submit: false, ...action },
});

const submitAction = { type: 'next_step', submit: true, properties: { list_id: 'news' } };
export const submitButton = button('send', 'Subscribe', submitAction);

/** A step of one column. A row is a block, or several. */
export const step = (id: string, ...rows: readonly (object | readonly object[])[]) => ({
  id,
  name: id,
  columns: [{ rows: rows.map((row) => ({ blocks: [row].flat() })) }],
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
