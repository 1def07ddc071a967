import type { Context } from '../../accounts/context.ts';
import { erasedError, filterErased } from '../../erased/actions.ts';
import { requestConfirmation } from '../opt-in/actions.ts';
import type { RequestedTopic } from '../requests/request.ts';
import type { BulkRequest, SubscriptionRequest } from './bulk.ts';
import { type RefusedRequest, toRefusedRequest } from './owners.ts';

/**
 * The topics to confirm: e-mail only, since the mail proves who owns the address, but not who owns a number. Historical
 * consent was confirmed elsewhere.
 */
export const emailTopics = ({ topics }: SubscriptionRequest): readonly RequestedTopic[] =>
  topics.some(({ consentedAt }) => consentedAt) ? [] : topics.filter(({ channel }) => channel === 'email');

export interface ConfirmationResult {
  /** Absent if the address gets no mail. */
  readonly optInId?: string;
}

/** Requests the confirmation of an address, if any topic needs it. Returns what became of the request. */
export const sendConfirmationRequest = async (
  {
    email,
    topics,
    own,
  }: Pick<SubscriptionRequest, 'topics'> & {
    readonly email: string | undefined;
    readonly own: SubscriptionRequest['ownEvidence'];
  },
  { listId, evidence: common }: Pick<BulkRequest, 'listId' | 'evidence'>,
  context: Context,
): Promise<ConfirmationResult | undefined> => {
  if (email === undefined || topics.length === 0) return undefined;
  const language = context.accountSettings.pageLanguage ?? 'en';
  const evidence = { ...common, ...own };
  const optInId = await requestConfirmation(
    { email, topics, evidence, language, ...(listId !== undefined && { listId }) },
    context,
  );
  return { ...(optInId !== undefined && { optInId }) };
};

/**
 * Finds erased people among the strangers. Other code finds them by their profile, but strangers have none; a server's
 * call must not bring back erased people.
 */
export const findErasedStrangers = async (
  strangers: readonly SubscriptionRequest[],
  context: Context,
): Promise<ReadonlyMap<SubscriptionRequest, RefusedRequest>> => {
  const identifiers = strangers.flatMap((person) =>
    person.email === undefined ? [] : [{ kind: 'email' as const, value: person.email, person }],
  );
  const erased = await filterErased(identifiers, context);
  return new Map(
    erased.map(({ person, ...identifier }) => [person, toRefusedRequest(erasedError([identifier]), person.pointer)]),
  );
};
