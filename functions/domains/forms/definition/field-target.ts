import { type TextField, textFields } from '../../profiles/records/profile.ts';

const locationFields = ['address1', 'address2', 'city', 'country', 'region', 'zip'] as const;
type LocationField = (typeof locationFields)[number];

/** Where the value of a field goes in a profile. */
export type FieldTarget =
  | { readonly kind: 'field'; readonly name: TextField }
  | { readonly kind: 'location'; readonly name: LocationField }
  | { readonly kind: 'property'; readonly name: string };

/** Names with a dollar that are ordinary properties. */
const dollarProperties = ['$source', '$timezone_offset'];
const attributeNames: readonly string[] = [...textFields, ...locationFields];

/**
 * The target of a property name. A dollar marks attributes of the profile: `$first_name`, `$city`. Undefined for names
 * that only identifiers or consent have, which no field may set.
 */
export const targetOf = (name: string): FieldTarget | undefined => {
  const plain = name.replace(/^\$/, '');
  const field = textFields.find((one) => one === plain);
  if (field) return { kind: 'field', name: field };
  const location = locationFields.find((one) => name === `$${one}`);
  if (location) return { kind: 'location', name: location };
  if (reserved.includes(plain)) return undefined;
  if (name.startsWith('$') && !dollarProperties.includes(name)) return undefined;
  return { kind: 'property', name };
};

const reserved = [
  'email',
  'phone_number',
  'external_id',
  'id',
  'anonymous_id',
  '_kx',
  'opt_in_promotional_sms',
  'opt_in_promotional_email',
];

/** Why a name is refused, with what to use. */
export const nameProblem = (name: string): string | undefined => {
  if (targetOf(name)) return undefined;
  if (/^\$?email$/.test(name)) return 'An e-mail address needs a block of the type `email`.';
  if (/^\$?phone_number$/.test(name)) return 'A phone number needs a block of the type `phone_number`.';
  if (/^opt_in_/.test(name)) return 'Consent needs a `promotional_sms_checkbox` or a `promotional_email_checkbox`.';
  return `A field cannot set '${name.slice(0, 64)}'. Use a name without $, or one of ${attributeNames.map((one) => `$${one}`).join(', ')}.`;
};
