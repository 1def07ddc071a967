import type * as v from 'valibot';
import {
  type LocationInput,
  type locationFields,
  ProfileAttributes,
  type ProfileInput,
  type TextField,
} from '../../../domains/profiles/records/profile.ts';
import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import type { Properties } from '../../../model/properties.ts';
import { isRecord } from '../../../platform/json/is-record.ts';

type Person = Pick<ProfileInput, 'fields' | 'location' | 'properties'> & {
  readonly email?: string;
  readonly phone_number?: string;
};

const addressTraits = { email: 'email', phone: 'phone_number' } as const;

const fieldTraits: Readonly<Record<string, TextField>> = {
  firstName: 'first_name',
  first_name: 'first_name',
  firstname: 'first_name',
  lastName: 'last_name',
  last_name: 'last_name',
  lastname: 'last_name',
  title: 'title',
  avatar: 'image',
  company: 'organization',
  locale: 'locale',
};

const placeTraits: Readonly<Record<string, (typeof locationFields)[number]>> = {
  street: 'address1',
  city: 'city',
  state: 'region',
  region: 'region',
  postalCode: 'zip',
  postal_code: 'zip',
  zip: 'zip',
  country: 'country',
};

/**
 * Reads what traits say of a person. A value that its field does not accept, such as a phone number without a country,
 * stays a property under its own name: nothing is lost, and nothing wrong is contacted.
 */
export const readTraits = (traits: Properties, settings: Account): Person => {
  const parts = Object.entries(traits).map(([name, value]) => partOf(name, value, settings));
  const fields = Object.assign({}, ...parts.map((part) => part.fields));
  const isNamed = 'first_name' in fields || 'last_name' in fields;
  const location = Object.assign({}, ...parts.map((part) => part.location));
  const properties = Object.fromEntries(parts.flatMap(({ property }) => (property ? [property] : [])));
  return {
    ...Object.assign({}, ...parts.map(({ addresses }) => addresses)),
    fields: { ...(!isNamed && namesIn(traits.name, settings)), ...fields },
    ...(Object.keys(location).length > 0 && { location }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
};

/** What one trait says. */
interface Part {
  readonly addresses?: { readonly email?: string; readonly phone_number?: string };
  readonly fields?: ProfileInput['fields'];
  readonly location?: LocationInput;
  readonly property?: readonly [name: string, value: unknown];
}

const partOf = (name: string, value: unknown, settings: Account): Part => {
  const property = [name, value] as const;
  if (name === 'name') return namesIn(value, settings) ? {} : { property };
  if (name === 'address') return addressPart(value);
  if (name === 'email' || name === 'phone') {
    // Clients send null for what they do not know.
    if (value === null || value === '') return {};
    const kind = addressTraits[name];
    const address = accepted(ProfileAttributes.entries[kind], value, settings);
    return typeof address === 'string' ? { addresses: { [kind]: address } } : { property };
  }
  const field = Object.hasOwn(fieldTraits, name) ? fieldTraits[name] : undefined;
  const text = textOf(field === 'organization' && isRecord(value) ? value.name : value);
  if (field === undefined || text === undefined) return { property };
  if (accepted(ProfileAttributes.entries[field], text, settings) === undefined) return { property };
  // The name of a company is a field, and the rest of it a property.
  return { fields: { [field]: text }, ...(isRecord(value) && { property }) };
};

const addressPart = (value: unknown): Part => {
  const address = isRecord(value) ? value : { street: value };
  const location: Record<string, string | null> = {};
  let isWhole = true;
  for (const [name, part] of Object.entries(address)) {
    const field = Object.hasOwn(placeTraits, name) ? placeTraits[name] : undefined;
    const text = textOf(part);
    if (field !== undefined && text !== undefined) location[field] = text;
    else isWhole = false;
  }
  return { location, ...(!isWhole && { property: ['address', value] }) };
};

/** The names in `name`: the first word, and the rest. */
const namesIn = (name: unknown, settings: Account): ProfileInput['fields'] | undefined => {
  if (typeof name !== 'string' || name.trim() === '') return undefined;
  const [first = '', ...rest] = name.trim().split(/\s+/);
  const last = rest.join(' ');
  const { first_name, last_name } = ProfileAttributes.entries;
  if (accepted(first_name, first, settings) === undefined || accepted(last_name, last, settings) === undefined)
    return undefined;
  return { first_name: first, ...(last !== '' && { last_name: last }) };
};

/** A text, or a number as one. Null clears a field. */
const textOf = (value: unknown): string | null | undefined => {
  if (value === null) return null;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
};

const accepted = <S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  settings: Account,
): v.InferOutput<S> | undefined => {
  const { issues, value: output } = parseForAccount(settings, schema, value);
  return issues ? undefined : output;
};
