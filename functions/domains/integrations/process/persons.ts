import { createHmac } from 'node:crypto';
import type * as v from 'valibot';
import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import { Email, PhoneNumber } from '../../../model/identity.ts';
import { toE164 } from '../../../model/phone/phone.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import type { Integration } from '../records/integration.ts';
import type { HookPerson } from '../source/source.ts';

type Owner = Pick<Integration, 'source' | 'customerKey'>;

const HASH_LENGTH = 22;

/**
 * The id of a vendor's customer as an anonymous id of ours. Payloads that have only this id lead to the person by it.
 * It is a keyed hash: a public call can name any anonymous id, and the ids of vendors can be guessed.
 */
const customerIdentifier = (customerId: string, owner: Owner): string => `${owner.source}:${hashOf(customerId, owner)}`;

const hashOf = (text: string, { customerKey }: Owner): string =>
  createHmac('sha256', customerKey).update(text).digest('base64url').slice(0, HASH_LENGTH);

/**
 * The identifiers of a person. What is no address or no number is left out: it says nothing of the rest of a payload,
 * and the vendor will not correct it.
 */
export const identifiersOf = (
  { email, phone, country, customerId }: HookPerson,
  owner: Owner,
  settings: Account,
): ProfileInput['identifiers'] => {
  const validEmail = valid(Email, email, settings);
  const validPhone = valid(PhoneNumber, phone && toE164(phone, country), settings);
  return {
    ...(validEmail !== undefined && { email: validEmail }),
    ...(validPhone !== undefined && { phone_number: validPhone }),
    ...(customerId !== undefined && { anonymous_id: customerIdentifier(customerId, owner) }),
  };
};

const valid = (
  schema: v.GenericSchema<unknown, string>,
  value: string | undefined,
  settings: Account,
): string | undefined => {
  if (value === undefined) return undefined;
  const { value: parsed, issues } = parseForAccount(settings, schema, value);
  return issues ? undefined : parsed;
};

/** Whether a payload names the person at all. */
export const isNamed = (identifiers: ProfileInput['identifiers']): boolean => Object.keys(identifiers).length > 0;

/** The vendor's customer, or a guest by their address, as a text that names nobody. */
export const customerObject = (
  { anonymous_id, email, phone_number }: ProfileInput['identifiers'],
  owner: Owner,
): string => `customer ${hashOf(anonymous_id ?? email ?? phone_number ?? '', owner)}`;
