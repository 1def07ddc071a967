import type { Account } from '../../../model/account.ts';

/** Messages about alcohol and the like need this age in the United States. */
const ADULT_IN_USA = 21;
const ADULT = 18;

/** Why a person may not pass the age gate of a form. The account's minimum age comes first, then that of the country. */
export const ageGateProblem = (
  dateOfBirth: string,
  country: string | undefined | null,
  { settings, now }: { readonly settings: Pick<Account, 'smsMinimumAge'>; readonly now: Date },
): string | undefined => {
  const age = settings.smsMinimumAge ?? (country === 'US' ? ADULT_IN_USA : ADULT);
  const born = new Date(dateOfBirth);
  if (born > now) return 'The date of birth is in the future.';
  const latest = new Date(now);
  latest.setUTCFullYear(now.getUTCFullYear() - age);
  return born <= latest ? undefined : `You have to be at least ${age} years old.`;
};
