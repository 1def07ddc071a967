import type { Account } from '../../../model/account.ts';
import { type FieldProblem, fieldProblem } from './field-problems.ts';

/** Messages about alcohol and the like need this age in the United States. */
const ADULT_IN_USA = 21;
const ADULT = 18;

/** Why a person may not pass the age gate of a form. The account's minimum age comes first, then that of the country. */
export const ageGateProblem = (
  dateOfBirth: string,
  country: string | undefined | null,
  { settings, now }: { readonly settings: Pick<Account, 'smsMinimumAge'>; readonly now: Date },
): FieldProblem | undefined => {
  const age = settings.smsMinimumAge ?? (country === 'US' ? ADULT_IN_USA : ADULT);
  const born = new Date(dateOfBirth);
  if (born > now) return fieldProblem('future_birth');
  const latest = new Date(now);
  latest.setUTCFullYear(now.getUTCFullYear() - age);
  return born <= latest ? undefined : fieldProblem('too_young', { age });
};
