import type { Change } from '../../../platform/changes/change.ts';
import { consents } from '../../consent/records/store.ts';
import { events } from '../../events/records/store.ts';
import { jobs } from '../../imports/jobs/store.ts';
import { memberships } from '../../profiles/memberships/store.ts';
import { profiles } from '../../profiles/records/store.ts';
import { consentTopics, metricTopic } from '../topics/topics.ts';
import type { Fact } from './fact.ts';

/** The types of the items whose changes webhooks report. */
export const watchedTypes: readonly string[] = [events, profiles, consents, memberships, jobs].map(({ type }) => type);

/**
 * What other systems have to know soon: an unsubscribe counts from when it is made. Changes of profiles are about as many
 * as events, and as cheap only if they are gathered as long.
 */
export const urgentTypes: readonly string[] = [consents, memberships, jobs].map(({ type }) => type);

/** What a change means to webhooks. Undefined if it means nothing. Throws if the item cannot be read. */
export const factOf = (change: Change): Fact | undefined => {
  const type = String((change.after ?? change.before)?.type);
  switch (type) {
    case events.type:
      return eventFact(change);
    case profiles.type:
      return profileFact(change);
    case consents.type:
      return consentFact(change);
    case memberships.type:
      return membershipFact(change);
    case jobs.type:
      return importFact(change);
    default:
      return undefined;
  }
};

const eventFact = ({ kind, after }: Change): Fact | undefined => {
  if (kind !== 'inserted' || !after) return undefined;
  const { account, profileId, metricId, time, hash, backfill } = events.fromItem(after);
  if (backfill) return undefined;
  const topics = ['event.created', metricTopic(metricId)];
  return { account, profileId, type: 'event.created', topics, source: { kind: 'event', time, hash } };
};

const profileFact = ({ before, after }: Change): Fact | undefined => {
  const [old, current] = [before && profiles.fromItem(before), after && profiles.fromItem(after)];
  const { account, id: profileId } = current ?? old ?? { account: '', id: '' };
  const fact = (type: Fact['type'], source: Fact['source']): Fact => ({
    account,
    profileId,
    type,
    topics: [type],
    source,
  });
  // Only erasures remove profiles.
  if (!current) return fact('profile.deleted', { kind: 'deletion' });
  if (!old) return fact('profile.created', { kind: 'profile' });
  if (current.mergedInto !== undefined)
    return old.mergedInto === undefined
      ? fact('profile.merged', { kind: 'merge', into: current.mergedInto })
      : undefined;
  if (current.updated === old.updated && old.mergedInto === undefined) return undefined;
  return fact('profile.updated', { kind: 'profile' });
};

const consentFact = ({ kind, before, after }: Change): Fact | undefined => {
  if (kind === 'removed' || !after) return undefined;
  const { account, profileId, channel, purpose, status, at, entryId } = consents.fromItem(after);
  if (before && consents.fromItem(before).entryId === entryId) return undefined;
  const topics = consentTopics({ channel, purpose, status });
  return {
    account,
    profileId,
    type: 'consent.changed',
    topics,
    source: { kind: 'consent', channel, purpose, status, at },
  };
};

const membershipFact = ({ kind, before, after }: Change): Fact | undefined => {
  const item = after ?? before;
  if (kind === 'updated' || !item) return undefined;
  const { account, profileId, listId } = memberships.fromItem(item);
  const type = kind === 'inserted' ? 'list.member_added' : 'list.member_removed';
  return { account, profileId, type, topics: [type], source: { kind: 'list', listId } };
};

const ENDED: readonly string[] = ['complete', 'failed', 'cancelled'];

const importFact = ({ before, after }: Change): Fact | undefined => {
  if (!after) return undefined;
  const { account, id: jobId, status, isDryRun } = jobs.fromItem(after);
  if (isDryRun || !ENDED.includes(status) || (before && jobs.fromItem(before).status === status)) return undefined;
  return { account, type: 'import.finished', topics: ['import.finished'], source: { kind: 'import', jobId } };
};
