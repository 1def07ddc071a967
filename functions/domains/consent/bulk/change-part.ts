import { registerTokens } from '../../profiles/push-tokens/actions.ts';
import { unregisterTokens } from '../../profiles/push-tokens/unregister.ts';
import { changeConsents, type Deps } from '../actions.ts';
import { isOutdatedOptIn } from '../list-join.ts';
import { leaveListByOptOut } from '../list-opt-out.ts';
import { sharing } from '../records/consent.ts';
import { addressKind } from '../requests/request.ts';
import type { BulkRequest } from './bulk.ts';
import type { ProfileTopics, ResolvedRequest } from './owners.ts';

export interface ChangedPart {
  readonly isChange: boolean;
  readonly joins: readonly { readonly profileId: string; readonly at: Date; readonly consentedAt: Date }[];
}

/** Applies one part of a request. Returns which profiles join its list afterwards, and whether anything changed. */
export const changePart = async (
  {
    request,
    addresses,
    part: { profileId, topics },
  }: Omit<ResolvedRequest, 'parts'> & { readonly part: ProfileTopics },
  { to, at, evidence, listId }: Omit<BulkRequest, 'people' | 'invalidEntries'>,
  context: Deps,
): Promise<ChangedPart> => {
  const list = listId === undefined ? {} : { listId };
  const partEvidence = { ...evidence, ...request.ownEvidence };
  const changes = topics.map(({ channel, type, consentedAt }) => {
    const kind = addressKind(channel);
    const value = kind && addresses[kind];
    return {
      profileId,
      channel,
      type,
      to,
      at: consentedAt ?? at,
      evidence: partEvidence,
      ...list,
      ...(kind && value && { address: { kind, value } }),
      ...(consentedAt && { entryId: 'historical_import' }),
    };
  });
  if (listId === undefined || to === 'SUBSCRIBED') {
    const outcomes = await changeConsents(changes, context);
    const isOfPush = topics.some(({ channel }) => channel === 'push');
    if (isOfPush && to === 'SUBSCRIBED') await registerTokens(profileId, request.tokens ?? [], 'trusted', context);
    if (isOfPush && to === 'UNSUBSCRIBED') await unregisterTokens(profileId, request.tokens ?? [], context);
    const isChange = outcomes.some((outcome) => outcome !== 'already');
    if (listId === undefined || (await isOutdatedOptIn(changes, outcomes, context))) return { isChange, joins: [] };
    const times = changes.flatMap((one) => (one.channel === sharing.channel ? [] : one.at.getTime()));
    const consentedAt = times.length > 0 ? new Date(Math.max(...times)) : at;
    return { isChange, joins: [{ profileId, at, consentedAt }] };
  }
  // A retry must not unsubscribe people from everything because the first try has removed them from the list.
  const place = { listId, profileId };
  // Sharing belongs to no list.
  const ofList = changes.filter(({ channel }) => channel !== sharing.channel);
  const others = changes.filter((one) => !ofList.includes(one));
  const isOfList = ofList.length > 0 && (await leaveListByOptOut(ofList, place, context));
  const remaining = isOfList ? others : changes;
  const outcomes = remaining.length > 0 ? await changeConsents(remaining, context) : [];
  if (remaining.some(({ channel }) => channel === 'push'))
    await unregisterTokens(profileId, request.tokens ?? [], context);
  return { isChange: isOfList || outcomes.some((outcome) => outcome !== 'already'), joins: [] };
};
