import * as v from 'valibot';
import type { Account } from '../../../model/account.ts';
import { isCalendarDay } from '../../../platform/iso-time.ts';
import type { Topic } from '../records/consent.ts';

/** Kept as proof with the consent that it was given for. */
export const DateOfBirth = v.nullish(
  v.pipe(v.string(), v.check(isCalendarDay, 'Not a day, such as 1990-12-31, on which somebody was born.')),
);

interface Asked {
  readonly topics: readonly Topic[];
  readonly dateOfBirth?: string | undefined;
  readonly now: Date;
}

/** Why somebody may not be subscribed to SMS, where the account has an age gate. */
export const ageProblem = (
  { topics, dateOfBirth, now }: Asked,
  { smsMinimumAge: age }: Pick<Account, 'smsMinimumAge'>,
): string | undefined => {
  if (dateOfBirth !== undefined && new Date(dateOfBirth) > now) return 'This day is in the future.';
  if (age === undefined || !topics.some(({ channel }) => channel === 'sms')) return undefined;
  if (dateOfBirth === undefined)
    return `Send age_gated_date_of_birth: this account subscribes nobody to SMS who is under ${age}.`;
  const latest = new Date(now);
  latest.setUTCFullYear(now.getUTCFullYear() - age);
  return new Date(dateOfBirth) <= latest ? undefined : `This account subscribes nobody to SMS who is under ${age}.`;
};
