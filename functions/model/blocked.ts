import { trimInvisible } from '../platform/validation/text.ts';
import { canonicalEmail } from './email.ts';
import type { IdentifierKind } from './identity.ts';
import { isPlaceholder, placeholderReason } from './placeholders.ts';

/** What an account says of values that are nobody's. */
export interface BlockRules {
  readonly blockedIdentifiers?: readonly string[] | undefined;
  readonly allowedIdentifiers?: readonly string[] | undefined;
}

/** Why systems that send this as an id mean nobody, where the account has not allowed it. */
export const placeholderProblem = (
  kind: IdentifierKind,
  value: string,
  { allowedIdentifiers = [] }: BlockRules = {},
): string | undefined =>
  isPlaceholder(value) && !isAmong(allowedIdentifiers, value) ? placeholderReason(kind, value) : undefined;

/** Why a value is nobody's, if it is: the account has added it, or it is a placeholder that the account has not allowed. */
export const blockProblem = (kind: IdentifierKind, value: string, rules: BlockRules = {}): string | undefined =>
  rules.blockedIdentifiers && isAmong(rules.blockedIdentifiers, value)
    ? `'${value}' is blocked here: it is nobody's ${kind}. Leave it out.`
    : placeholderProblem(kind, value, rules);

/** An address by its canonical spelling, a number by its digits; ids without regard to case. */
const comparable = (value: string): string => {
  const text = trimInvisible(value);
  return /^\+[\d\s().-]+$/.test(text) ? text.replaceAll(/[^+\d]/g, '') : canonicalEmail(text);
};

const isAmong = (values: readonly string[], value: string): boolean => {
  const canonical = comparable(value);
  return values.some((one) => comparable(one) === canonical);
};
