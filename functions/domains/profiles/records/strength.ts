import type { Account } from '../../../model/account.ts';
import { type IdentifierKind, identifierKinds } from '../../../model/identity.ts';

export type StrengthRules = Pick<Account, 'strongestIdentifier'>;

const emailFirst: readonly IdentifierKind[] = ['email', 'external_id', 'phone_number', 'anonymous_id'];

/** The kinds of identifiers by what they tell of a person, the strongest first, as the account orders them. */
export const kindsByStrength = ({ strongestIdentifier }: StrengthRules = {}): readonly IdentifierKind[] =>
  strongestIdentifier === 'email' ? emailFirst : identifierKinds;

/** What a call names a profile by. An id is stronger than every identifier, a token weaker. */
export type NamedBy = IdentifierKind | 'id' | 'token';

/** The kinds that are stronger than what names a profile. */
export const strongerThan = (by: NamedBy, rules?: StrengthRules): readonly IdentifierKind[] => {
  const kinds = kindsByStrength(rules);
  switch (by) {
    case 'id':
      return [];
    case 'token':
      return kinds;
    default:
      return kinds.slice(0, kinds.indexOf(by));
  }
};
