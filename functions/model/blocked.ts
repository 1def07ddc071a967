import { trimInvisible } from '../platform/validation/text.ts';
import { canonicalEmail } from './email.ts';
import type { IdentifierKind } from './identity.ts';
import { isPlaceholder, placeholderReason } from './placeholders.ts';

/** An account's settings for values that are never identifiers. */
export interface BlockRules {
  readonly blockedIdentifiers?: readonly string[] | undefined;
  readonly allowedIdentifiers?: readonly string[] | undefined;
}

/** The reason why a value is a placeholder, unless the account allows it. */
export const placeholderProblem = (
  kind: IdentifierKind,
  value: string,
  { allowedIdentifiers = [] }: BlockRules = {},
): string | undefined =>
  isPlaceholder(value) && !includesValue(allowedIdentifiers, value) ? placeholderReason(kind, value) : undefined;

/**
 * The reason why a value cannot be an identifier, if any: the account blocks it, or it is a placeholder that the
 * account does not allow.
 */
export const blockProblem = (kind: IdentifierKind, value: string, rules: BlockRules = {}): string | undefined =>
  rules.blockedIdentifiers && includesValue(rules.blockedIdentifiers, value)
    ? `'${value}' is blocked as ${kind} by this account. Leave it out.`
    : placeholderProblem(kind, value, rules);

/** Normalizes e-mail addresses to their canonical spelling, phone numbers to digits, and ids to lower case. */
const comparableForm = (value: string): string => {
  const text = trimInvisible(value);
  return /^\+[\d\s().-]+$/.test(text) ? text.replaceAll(/[^+\d]/g, '') : canonicalEmail(text);
};

const includesValue = (values: readonly string[], value: string): boolean => {
  const canonical = comparableForm(value);
  return values.some((one) => comparableForm(one) === canonical);
};
