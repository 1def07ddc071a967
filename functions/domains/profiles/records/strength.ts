import type { Account } from '../../../model/account.ts';
import { type IdentifierKind, identifierKinds } from '../../../model/identity.ts';

export type StrengthRules = Pick<Account, 'strongestIdentifier'>;

const emailFirst: readonly IdentifierKind[] = ['email', 'external_id', 'phone_number', 'anonymous_id'];

/** The kinds of identifiers, strongest first, in the order that the account sets. */
export const kindsByStrength = ({ strongestIdentifier }: StrengthRules = {}): readonly IdentifierKind[] =>
  strongestIdentifier === 'email' ? emailFirst : identifierKinds;

/** How a call names a profile. An id is stronger than every identifier, a token weaker. */
export type MatchedBy = IdentifierKind | 'id' | 'token';

/** The kinds that are stronger than the one that matched a profile. */
export const strongerKinds = (by: MatchedBy, rules?: StrengthRules): readonly IdentifierKind[] => {
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
