import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import { Email, PhoneNumber } from '../../../model/identity.ts';
import { type Problem, pointer } from '../../../platform/errors.ts';
import { problemText } from '../../../platform/validation/problem-text.ts';
import { parseDate } from '../definition/date-format.ts';
import { targetOf } from '../definition/field-target.ts';
import type { StoredField } from '../definition/stored.ts';
import { fieldNameOf } from '../definition/structure.ts';
import { ageGateProblem } from './age-gate.ts';
import { type FieldProblem, fieldProblem } from './field-problems.ts';
import type { SentStep } from './sent-step.ts';

export type SentValue = string | boolean | readonly string[];
export type SentValues = Readonly<Record<string, SentValue>>;

/** What a visitor entered, checked against the version. */
export interface ReadValues {
  readonly email?: string;
  readonly phone_number?: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly location: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, SentValue>>;
  readonly dateOfBirth?: string;
  /** The consent checkboxes that are checked. */
  readonly checked: readonly StoredField[];
}

interface Sent {
  readonly values: SentValues;
  readonly hidden: Readonly<Record<string, string>>;
}

interface Rules {
  readonly settings: Account;
  readonly now: Date;
  /** The JSON pointer to the values. */
  readonly base: string;
}

const MAX_TEXT = 1_000;

/** Reads and checks all values of a step. Returns all problems at once, each at its field. */
export const readValues = (
  step: SentStep,
  { values, hidden }: Sent,
  rules: Rules,
): { readonly read: ReadValues; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const report = (place: 'fields' | 'hidden', name: string, wrong: string | FieldProblem): void => {
    const problem = typeof wrong === 'string' ? { detail: wrong } : wrong;
    problems.push({ ...problem, source: { pointer: `${rules.base}${pointer([place, name])}` } });
  };
  const read = { fields: {}, location: {}, properties: {}, checked: [] } as Mutable;
  const names = new Set(step.knownFields.map((field) => fieldNameOf(field)));
  for (const name of Object.keys(values))
    if (!names.has(name)) report('fields', name, `This form has no field '${name.slice(0, 64)}' up to this step.`);

  for (const field of step.knownFields) {
    const name = fieldNameOf(field) ?? '';
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    const value = isEmpty(given) ? undefined : given;
    if (value === undefined) {
      if (isRequired(field) && step.fields.includes(field))
        report('fields', name, field.properties.error_messages?.required ?? fieldProblem('required'));
      continue;
    }
    const problem = readValue(field, value, { read, rules });
    if (problem !== undefined) report('fields', name, field.properties.error_messages?.invalid ?? problem);
  }
  readHidden(step, hidden, { read, report });
  return { read, problems };
};

type Mutable = {
  -readonly [name in keyof ReadValues]: ReadValues[name] extends Readonly<Record<string, infer One>>
    ? Record<string, One>
    : ReadValues[name] extends readonly (infer One)[]
      ? One[]
      : ReadValues[name];
};

const isEmpty = (value: SentValue | undefined): boolean =>
  value === undefined ||
  value === false ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0);

/** An age gate cannot be passed by leaving it out. */
const isRequired = ({ type, properties: { required } }: StoredField): boolean =>
  required === true || type === 'age_gate';

interface Target {
  readonly read: Mutable;
  readonly rules: Rules;
}

/** Reads one value. Returns what is wrong with it. */
const readValue = (
  field: StoredField,
  value: SentValue,
  { read, rules }: Target,
): string | FieldProblem | undefined => {
  switch (field.type) {
    case 'email':
    case 'phone_number': {
      const result = parseForAccount(rules.settings, field.type === 'email' ? Email : PhoneNumber, value);
      const [issue] = result.issues ?? [];
      if (issue) return { detail: problemText(issue), meta: { reason: field.type } };
      read[field.type] = String(result.value);
      return undefined;
    }
    case 'text':
      if (typeof value !== 'string') return NOT_TEXT;
      if (value.length > MAX_TEXT || !value.isWellFormed()) return fieldProblem('too_long', { max: MAX_TEXT });
      assign(field.properties.property_name, value.trim(), read);
      return undefined;
    case 'date':
    case 'age_gate': {
      const format = field.properties.date_format ?? (field.type === 'date' ? 'MM/DD' : 'MM/DD/YYYY');
      const date = typeof value === 'string' ? parseDate(value, format) : undefined;
      if (date === undefined) return fieldProblem('date', { format });
      if (field.type === 'date') assign(field.properties.property_name, date, read);
      else {
        const problem = ageGateProblem(date, field.properties.sms_country_code, rules);
        if (problem !== undefined) return problem;
        read.dateOfBirth = date;
      }
      return undefined;
    }
    case 'checkboxes':
    case 'radio_buttons':
    case 'dropdown': {
      if (typeof value === 'boolean') return NOT_TEXT;
      const chosen = [...new Set([value].flat())];
      if (field.type !== 'checkboxes' && chosen.length > 1) return fieldProblem('several_options');
      const allowed = field.properties.options.map((option) => option.value);
      if (!chosen.every((one) => allowed.includes(one))) return fieldProblem('unknown_option');
      assign(field.properties.property_name, field.type === 'checkboxes' ? chosen : (chosen[0] ?? ''), read);
      return undefined;
    }
    case 'promotional_sms_checkbox':
    case 'promotional_email_checkbox':
      if (value !== true && value !== 'true' && value !== 'on') return 'True or false is expected.';
      read.checked.push(field);
      return undefined;
  }
};

const NOT_TEXT = 'A text is expected.';

const assign = (name: string, value: string | readonly string[], read: Mutable): void => {
  const target = targetOf(name);
  if (!target) return;
  if (target.kind === 'property') Object.defineProperty(read.properties, target.name, { ...own, value });
  else read[target.kind === 'field' ? 'fields' : 'location'][target.name] = [value].flat().join(', ');
};

/** Unlike an assignment, this also creates a member named `__proto__`. */
const own = { enumerable: true, configurable: true, writable: true } as const;

interface HiddenTarget {
  readonly read: Mutable;
  readonly report: (place: 'hidden', name: string, detail: string) => void;
}

/** Hidden fields have their values from the definition, or from a script of the page. */
const readHidden = ({ button }: SentStep, hidden: Sent['hidden'], { read, report }: HiddenTarget): void => {
  const declared = button.properties.additional_fields ?? [];
  for (const [name, value] of Object.entries(hidden)) {
    if (!declared.some((one) => one.name === name))
      report('hidden', name, `The button has no hidden field '${name.slice(0, 64)}'.`);
    else if (value.length > MAX_TEXT || !value.isWellFormed())
      report('hidden', name, `At most ${MAX_TEXT} characters are accepted.`);
  }
  for (const { name, value } of declared) {
    const given = Object.hasOwn(hidden, name) ? (hidden[name] ?? value) : value;
    if (given !== '') assign(name, given, read);
  }
};
