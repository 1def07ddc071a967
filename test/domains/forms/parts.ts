/** Parts of definitions, for tests. */
export const text = (content: string) => ({ type: 'html_text', properties: { content } });
export const email = (properties: object = {}) => ({ type: 'email', properties: { label: 'E-mail', ...properties } });
export const phone = (properties: object = {}) => ({ type: 'phone_number', properties });
export const field = (type: string, property_name: string, properties: object = {}) => ({
  type,
  properties: { property_name, label: property_name, ...properties },
});
export const options = (...values: readonly string[]) => values.map((value) => ({ value, label: value.toUpperCase() }));
export const action = (type: string, properties: object = {}, submit = true) => ({ type, submit, properties });
export const button = (type = 'close', { properties = {}, submit = true, hidden = {}, label = 'Send' } = {}) => ({
  type: 'button',
  properties: {
    label,
    additional_fields: Object.entries(hidden).map(([name, value]) => ({ name, value: String(value) })),
  },
  action: action(type, properties, submit),
});

/** One column with a row for each block. */
export const step = (...blocks: readonly object[]) => ({
  columns: [{ rows: blocks.map((one) => ({ blocks: [one] })) }],
});
export const version = (steps: readonly object[], more: object = {}) => ({ type: 'popup', steps, ...more });

/** The place of the block in this row. */
export const at = (stepIndex: number, row: number): string =>
  `/data/attributes/definition/versions/0/steps/${stepIndex}/columns/0/rows/${row}/blocks/0`;
export const AT = '/data/attributes/definition/versions/0';
