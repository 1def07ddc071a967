import * as v from 'valibot';
import type { Account } from '../../../model/account.ts';
import { isCalendarDay } from '../../../platform/iso-time.ts';
import type { Topic } from '../records/consent.ts';

/** Stored as evidence with the consent. */
export const DateOfBirth = v.nullish(
  v.pipe(v.string(), v.check(isCalendarDay, 'Not a date of birth, such as 1990-12-31.')),
);

interface AgeGateInput {
  readonly topics: readonly Topic[];
  readonly dateOfBirth?: string | undefined;
  readonly now: Date;
}

/** Why a person may not be subscribed to SMS, if the account has an age gate. */
export const ageProblem = (
  { topics, dateOfBirth, now }: AgeGateInput,
  { smsMinimumAge: age }: Pick<Account, 'smsMinimumAge'>,
): string | undefined => {
  if (dateOfBirth !== undefined && new Date(dateOfBirth) > now) return 'The date of birth is in the future.';
  if (age === undefined || !topics.some(({ channel }) => channel === 'sms')) return undefined;
  if (dateOfBirth === undefined) return `Send age_gated_date_of_birth: this account requires an age of ${age} for SMS.`;
  const latest = new Date(now);
  latest.setUTCFullYear(now.getUTCFullYear() - age);
  return new Date(dateOfBirth) <= latest ? undefined : `This account requires an age of ${age} for SMS.`;
};
