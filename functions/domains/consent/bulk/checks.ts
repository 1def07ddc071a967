import type { Problem } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import { listProblems } from '../../lists/actions.ts';
import { ageProblem } from '../requests/age-gate.ts';
import type { BulkRequest, SubscriptionRequest } from './bulk.ts';

/** Problems of consent given in the future. */
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

/** Problems with the account's age gate for SMS. */
export const ageProblems = (
  { topics, ownEvidence, pointer }: SubscriptionRequest,
  { accountSettings, now }: Context,
): Problem[] => {
  const detail = ageProblem({ topics, dateOfBirth: ownEvidence?.dateOfBirth, now: now() }, accountSettings);
  return detail ? [{ detail, source: { pointer: `${pointer}/attributes/age_gated_date_of_birth` } }] : [];
};

/** Refuses an unknown list. An opt-out never creates one, even if the account creates unknown lists. */
export const unknownListProblems = async (
  { listId: id, to }: Pick<BulkRequest, 'listId' | 'to'>,
  context: Context,
): Promise<readonly Problem[]> => {
  const mayBeUnknown = to === 'UNSUBSCRIBED' && context.accountSettings.unknownLists === 'create';
  if (id === undefined || mayBeUnknown) return [];
  return listProblems([{ id, pointer: '/data/relationships/list/data/id' }], context);
};
