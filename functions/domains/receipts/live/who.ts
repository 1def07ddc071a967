import type { Identifiers } from '../../../model/identity.ts';
import { maskText } from '../mask.ts';

/** A masked person: the sender of a test event recognizes it, and nobody else does. */
export const maskedWho = (identifiers: { readonly [kind in keyof Identifiers]?: string | null | undefined }) => {
  const { email, phone_number, external_id, anonymous_id } = identifiers;
  if (email) return maskText(email);
  if (phone_number) return maskText(phone_number);
  const id = external_id ?? anonymous_id;
  return id ? `${[...id].slice(0, 2).join('')}…` : undefined;
};
