import type { Problem } from '../../../platform/errors.ts';

/** What can be wrong with a value, in English. `{…}` stand for values. Pages show it in the language of the visitor. */
const details = {
  required: 'This field is required.',
  no_address: 'Enter an e-mail address or a phone number.',
  too_long: 'At most {max} characters are accepted.',
  date: 'Not a date in the form {format}.',
  future_birth: 'The date of birth is in the future.',
  too_young: 'You have to be at least {age} years old.',
  several_options: 'Only one option can be chosen.',
  unknown_option: 'Not one of the options.',
} as const;
/** What is wrong with an e-mail address or a phone number is in the detail of its own check. */
export type FieldReason = keyof typeof details | 'email' | 'phone_number';

type Values = Readonly<Record<string, string | number>>;

/** A problem whose `meta` has the reason and its values. */
export interface FieldProblem extends Pick<Problem, 'detail'> {
  readonly meta: Values & { readonly reason: FieldReason };
}

export const fieldProblem = (reason: keyof typeof details, values: Values = {}): FieldProblem => ({
  detail: fillIn(details[reason], values),
  meta: { ...values, reason },
});

/** Replaces `{name}` by its value. */
export const fillIn = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
