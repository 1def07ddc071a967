import { canonicalEmail } from './email.ts';
import type { IdentifierKind } from './identity.ts';

/** What an account says of values that are nobody's. */
export interface BlockRules {
  readonly blockedIdentifiers?: readonly string[] | undefined;
  readonly allowedIdentifiers?: readonly string[] | undefined;
}

/** What systems send when they have no id. Taken for one, they would make one person of thousands. */
const placeholders = new Set([
  'null',
  'undefined',
  'none',
  'nil',
  'n/a',
  'na',
  'nan',
  'anonymous',
  'guest',
  'unknown',
  'true',
  'false',
  '-1',
  '[object object]',
  'id',
  'user_id',
]);

export const isPlaceholder = (value: string): boolean => placeholders.has(value.toLowerCase()) || /^[0-]+$/.test(value);

/** Why systems that send this as an id mean nobody, where the account has not allowed it. */
export const placeholderProblem = (
  kind: IdentifierKind,
  value: string,
  { allowedIdentifiers = [] }: BlockRules = {},
): string | undefined =>
  isPlaceholder(value) && !isAmong(allowedIdentifiers, value)
    ? `'${value}' is what systems send for a missing ${kind}. Leave it out.`
    : undefined;

/** Why a value is nobody's, if it is: the account has added it, or it is a placeholder that the account has not allowed. */
export const blockProblem = (kind: IdentifierKind, value: string, rules: BlockRules = {}): string | undefined =>
  rules.blockedIdentifiers && isAmong(rules.blockedIdentifiers, value)
    ? `'${value}' is blocked here: it is nobody's ${kind}. Leave it out.`
    : placeholderProblem(kind, value, rules);

const isAmong = (values: readonly string[], value: string): boolean => {
  const canonical = canonicalEmail(value);
  return values.some((one) => canonicalEmail(one) === canonical);
};
