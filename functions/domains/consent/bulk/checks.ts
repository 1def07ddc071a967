import type { Problem } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import { listProblems } from '../../lists/actions.ts';
import { ageProblem } from '../requests/age-gate.ts';
import type { Bulk, SubscriptionRequest } from './bulk.ts';

/** Consent that is given later than now. */
export const futureTimeProblems = ({ topics, pointer }: SubscriptionRequest, now: Date): Problem[] =>
  topics.flatMap(({ channel, type, consentedAt }) =>
    consentedAt && consentedAt > now
      ? [
          {
            detail: `${consentedAt.toISOString()} is not in the past: now is ${now.toISOString()}.`,
            source: { pointer: `${pointer}/attributes/subscriptions/${channel}/${type}/consented_at` },
          },
        ]
      : [],
  );

/** Who may not be subscribed to SMS, by the age gate of the account. */
export const ageProblems = (
  { topics, own, pointer }: SubscriptionRequest,
  { accountSettings, now }: Context,
): Problem[] => {
  const detail = ageProblem({ topics, dateOfBirth: own?.dateOfBirth, now: now() }, accountSettings);
  return detail ? [{ detail, source: { pointer: `${pointer}/attributes/age_gated_date_of_birth` } }] : [];
};

/** An unknown list is refused; an opt-out of one makes none, though the account may have unknown ones made. */
export const problemsOfList = async (
  { listId: id, to }: Pick<Bulk, 'listId' | 'to'>,
  context: Context,
): Promise<readonly Problem[]> => {
  const mayBeUnknown = to === 'UNSUBSCRIBED' && context.accountSettings.unknownLists === 'create';
  if (id === undefined || mayBeUnknown) return [];
  return listProblems([{ id, pointer: '/data/relationships/list/data/id' }], context);
};
