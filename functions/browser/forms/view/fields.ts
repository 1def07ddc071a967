import type { Block } from '../definition/definition.ts';
import { element } from './dom.ts';
import { texts } from './texts.ts';

export type FieldValue = string | string[] | boolean;

/** A field of a form, with its place for an error. */
export interface Field {
  readonly name: string;
  readonly node: HTMLElement;
  /** Undefined: nothing was entered. */
  readonly value: () => FieldValue | undefined;
  /** What is wrong with what was entered, as far as the browser can tell. */
  readonly problem: () => string | undefined;
  readonly report: (problem: string | undefined) => void;
  readonly focus: () => void;
}

const NAMES: Readonly<Record<string, string>> = {
  email: '$email',
  phone_number: '$phone_number',
  age_gate: '$age_gated_date_of_birth',
  promotional_sms_checkbox: 'opt_in_promotional_sms',
  promotional_email_checkbox: 'opt_in_promotional_email',
};

/** What browsers can fill in. */
const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  $email: 'email',
  $phone_number: 'tel',
  $age_gated_date_of_birth: 'bday',
  $first_name: 'given-name',
  $last_name: 'family-name',
  $organization: 'organization',
  $title: 'organization-title',
  $address1: 'address-line1',
  $address2: 'address-line2',
  $city: 'address-level2',
  $region: 'address-level1',
  $zip: 'postal-code',
  $country: 'country-name',
};

let count = 0;
export const newId = (): string => `tb${++count}`;

/** Makes the field of a block; undefined for other blocks. */
export const fieldOf = (block: Block): Field | undefined => {
  const { type, properties = {} } = block;
  const name = properties.property_name ?? NAMES[type];
  if (name === undefined) return undefined;
  if (properties.checkbox_text !== undefined) return consentField(name, block);
  if (type === 'checkboxes' || type === 'radio_buttons') return choiceField(name, block);
  return type === 'dropdown' ? dropdownField(name, block) : inputField(name, block);
};

interface Parts {
  readonly name: string;
  readonly block: Block;
  readonly error: HTMLElement;
  readonly node: HTMLElement;
  readonly controls: readonly (HTMLInputElement | HTMLSelectElement)[];
  readonly value: Field['value'];
  readonly missing?: string;
}

const finish = ({ name, block, error, node, controls, value, missing }: Parts): Field => {
  const { error_messages: messages = {} } = block.properties ?? {};
  const [first] = controls;
  return {
    name,
    node,
    value,
    problem: () => {
      const known = texts();
      const invalid = controls.find(({ validity }) => validity.typeMismatch || validity.badInput);
      if (invalid) return messages.invalid || (block.type === 'email' ? known.email : known.invalid);
      if (isRequired(block) && value() === undefined) return messages.required || (missing ?? known.required);
      return undefined;
    },
    report: (problem) => {
      error.textContent = problem ?? '';
      for (const control of controls) control.setAttribute('aria-invalid', String(problem !== undefined));
    },
    focus: () => first?.focus(),
  };
};

const labelOf = ({ properties = {} }: Block, name: string): string =>
  properties.label || properties.placeholder || name.replace(/^\$/, '').replace(/_/g, ' ');

/** Visible, or only for those who hear the page. A placeholder is shown as one, and its text is the label as well. */
const isLabelHidden = ({ properties = {} }: Block): boolean => properties.show_label === false || !properties.label;

const newError = (): HTMLElement => element('p', { class: 'error', id: newId() });

/** An age gate cannot be passed by leaving it out. */
const isRequired = ({ type, properties }: Block): boolean => type === 'age_gate' || properties?.required === true;

const mark = (block: Block): Node | false => isRequired(block) && element('span', { 'aria-hidden': 'true' }, ' *');

const labelled = (name: string, block: Block, control: HTMLInputElement | HTMLSelectElement): Parts => {
  const error = newError();
  const label = element(
    'label',
    { for: control.id, class: isLabelHidden(block) && 'hush' },
    labelOf(block, name),
    mark(block),
  );
  control.setAttribute('aria-describedby', error.id);
  if (isRequired(block)) control.setAttribute('aria-required', 'true');
  const value = (): string | undefined => control.value.trim() || undefined;
  return { name, block, error, controls: [control], value, node: element('div', {}, label, control, error) };
};

const inputField = (name: string, block: Block): Field => {
  const { type, properties = {} } = block;
  const format = properties.date_format ?? 'MM/DD';
  const hasPicker = type === 'age_gate' || (type === 'date' && format?.includes('YYYY'));
  const kinds: Readonly<Record<string, string>> = { email: 'email', phone_number: 'tel' };
  const input = element('input', {
    id: newId(),
    name,
    class: 'input',
    type: hasPicker ? 'date' : (kinds[type] ?? 'text'),
    placeholder: properties.placeholder ?? (type === 'date' ? format : undefined),
    autocomplete: AUTOCOMPLETE[name] ?? 'on',
    // Addresses and numbers read from left to right, also on pages that do not.
    dir: type === 'email' || type === 'phone_number' ? 'ltr' : undefined,
  });
  return finish(labelled(name, block, input));
};

const dropdownField = (name: string, block: Block): Field => {
  const { options = [], placeholder } = block.properties ?? {};
  const select = element(
    'select',
    { id: newId(), name, class: 'input' },
    element('option', { value: '' }, placeholder ?? texts().select),
    ...options.map(({ label, value }) => element('option', { value }, label)),
  );
  return finish({ ...labelled(name, block, select), missing: texts().choose });
};

const choiceField = (name: string, block: Block): Field => {
  const { properties: { options = [] } = {}, styles = {} } = block;
  const isMultiple = block.type === 'checkboxes';
  const error = newError();
  const inputs = options.map(({ value }) =>
    element('input', { type: isMultiple ? 'checkbox' : 'radio', name, value, 'aria-describedby': error.id }),
  );
  const node = element(
    'fieldset',
    {},
    element('legend', { class: isLabelHidden(block) && 'hush' }, labelOf(block, name), mark(block)),
    element(
      'div',
      { class: styles.arrangement === 'horizontal' ? 'options' : 'options stack' },
      ...options.map(({ label }, at) => element('label', { class: 'option' }, inputs[at], element('span', {}, label))),
    ),
    error,
  );
  const value = (): FieldValue | undefined => {
    const chosen = inputs.filter(({ checked }) => checked).map((input) => input.value);
    return isMultiple && chosen.length > 0 ? chosen : chosen[0];
  };
  return finish({ name, block, error, node, controls: inputs, value, missing: texts().choose });
};

const consentField = (name: string, block: Block): Field => {
  const error = newError();
  const input = element('input', {
    type: 'checkbox',
    name,
    'aria-describedby': error.id,
    'aria-required': isRequired(block) && 'true',
  });
  const text = element('span', { class: 'wording' }, block.properties?.checkbox_text ?? '', mark(block));
  const node = element('div', {}, element('label', { class: 'option' }, input, text), error);
  return finish({
    name,
    block,
    error,
    node,
    controls: [input],
    value: () => input.checked || undefined,
    missing: texts().check,
  });
};
