import type { StoredField } from '../../../domains/forms/definition/stored.ts';
import { fieldNameOf } from '../../../domains/forms/definition/structure.ts';
import { type Html, html } from '../../../platform/html.ts';

/** Names of fields on the page begin with this, so that they cannot be mistaken for those of the page itself. */
export const FIELD = 'field:';

export interface FieldState {
  readonly values: readonly string[];
  readonly error: string | undefined;
  /** The first option of a list. */
  readonly choose: string;
}

/** A field with its label, and its error beside it. */
export const fieldOf = (field: StoredField, { values, error, choose }: FieldState): Html => {
  const { id, type, properties } = field;
  const name = FIELD + (fieldNameOf(field) ?? '');
  const label = properties.label || properties.placeholder || name.slice(FIELD.length);
  const isRequired = properties.required === true || type === 'age_gate';
  const errorId = `${id}-error`;
  const state = html`${isRequired && html` required`}${error !== undefined && html` aria-invalid="true" aria-describedby="${errorId}"`}`;
  const message = error !== undefined && html`<p id="${errorId}" class="wrong">${error}</p>`;
  const [value = ''] = values;
  const input = (kind: Html): Html =>
    html`<p><label for="${id}">${label}</label>
<input id="${id}" name="${name}" value="${value}"${kind}${state}></p>${message}`;

  switch (field.type) {
    case 'email':
      return input(html` type="email" maxlength="254" autocomplete="email"`);
    case 'phone_number':
      return input(html` type="tel" maxlength="40" autocomplete="tel"`);
    case 'text':
      return input(html` type="text" maxlength="1000"`);
    case 'date':
    case 'age_gate': {
      const format = field.properties.date_format ?? (field.type === 'date' ? 'MM/DD' : 'MM/DD/YYYY');
      return input(html` type="text" maxlength="11" placeholder="${format}"`);
    }
    case 'dropdown':
      return html`<p><label for="${id}">${label}</label>
<select id="${id}" name="${name}"${state}><option value="">${choose}</option>${field.properties.options.map(
        (one) =>
          html`<option value="${one.value}"${values.includes(one.value) && html` selected`}>${one.label}</option>`,
      )}</select></p>${message}`;
    case 'radio_buttons':
    case 'checkboxes': {
      const kind = field.type === 'checkboxes' ? 'checkbox' : 'radio';
      return html`<fieldset${error !== undefined && html` aria-describedby="${errorId}"`}><legend>${label}</legend>${field.properties.options.map(
        (one) =>
          html`<p><label><input type="${kind}" name="${name}" value="${one.value}"${values.includes(one.value) && html` checked`}> ${one.label}</label></p>`,
      )}</fieldset>${message}`;
    }
    case 'promotional_sms_checkbox':
    case 'promotional_email_checkbox':
      return html`<fieldset><p><label><input id="${id}" type="checkbox" name="${name}" value="true"${value === 'true' && html` checked`}${state}> ${field.properties.checkbox_text}</label></p></fieldset>${message}`;
  }
};
