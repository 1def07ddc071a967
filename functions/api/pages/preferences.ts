import type { Context } from '../../domains/accounts/context.ts';
import { signToken } from '../../domains/accounts/tokens/actions.ts';
import {
  changeConsents,
  optOutOfList,
  overridesGpc,
  readSharingConsent,
  readSubscriptions,
} from '../../domains/consent/actions.ts';
import {
  type ConsentChange,
  type Evidence,
  type Status,
  sharing,
  type Topic,
  topics,
} from '../../domains/consent/records/consent.ts';
import type { Subscriptions } from '../../domains/consent/state/subscriptions.ts';
import { preferencesPath, unsubscribePath } from '../../domains/consent/texts/links.ts';
import { leaveList, readListsOf } from '../../domains/lists/actions.ts';
import type { List } from '../../domains/lists/list.ts';
import type { Profile } from '../../domains/profiles/records/profile.ts';
import { getProfile } from '../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../platform/errors.ts';

export interface Preferences {
  readonly profile: Profile;
  readonly topics: readonly (Topic & { readonly status: Status })[];
  readonly lists: readonly List[];
}

/**
 * Reads the choices of a person: e-mail, all other topics with a recorded consent, their lists, and sharing if they opted
 * out of it, or if their browser sends Global Privacy Control now.
 */
export const readPreferences = async (profileId: string, context: Context): Promise<Preferences> => {
  const profile = await getProfile(profileId, context);
  const [subscriptions, lists, sharingConsent] = await Promise.all([
    readSubscriptions(profile, context),
    readListsOf(profile, context),
    readSharingConsent(profile, context),
  ]);
  const isOptedOut = context.hasGpc && !(sharingConsent && overridesGpc(sharingConsent));
  const statuses = [
    ...topics.map((topic) => ({ ...topic, status: statusIn(subscriptions, topic) })),
    { ...sharing, status: isOptedOut ? 'UNSUBSCRIBED' : (sharingConsent?.status ?? 'NEVER_SUBSCRIBED') } as const,
  ];
  const isOffered = ({ channel, type, status }: (typeof statuses)[number]): boolean =>
    status !== 'NEVER_SUBSCRIBED' || (channel === 'email' && type === 'marketing' && profile.email !== undefined);
  return { profile, topics: statuses.filter(isOffered), lists };
};

/** Whether lists are paused: e-mail marketing is unsubscribed, and no other marketing channel is subscribed. */
export const areListsQuiet = ({ topics: offered }: Preferences): boolean => {
  const ofNews = offered.filter(({ channel, type }) => type === 'marketing' && channel !== 'sharing');
  const isEnded = ofNews.some(({ channel, status }) => channel === 'email' && status === 'UNSUBSCRIBED');
  return isEnded && ofNews.every(({ status }) => status !== 'SUBSCRIBED');
};

const statusIn = ({ email, sms, whatsapp, mobile_push }: Subscriptions, { channel, type }: Topic): Status => {
  const channels: Record<Topic['channel'], Readonly<Record<string, { readonly consent: Status }>>> = {
    email: { ...email },
    sms: { ...sms },
    whatsapp: { ...whatsapp },
    push: { ...mobile_push },
    sharing: {},
  };
  return channels[channel][type]?.consent ?? 'NEVER_SUBSCRIBED';
};

export interface Choices {
  /** Named as in the form: `email#marketing`. */
  readonly topics: readonly string[];
  readonly listIds: readonly string[];
}

export const topicName = ({ channel, type }: Topic): string => `${channel}#${type}`;

/** Applies the choices of a person. Records only changes. */
export const applyChoices = async (
  { profile, topics: offered, lists }: Preferences,
  chosen: Choices,
  evidence: Evidence,
  context: Context,
): Promise<void> => {
  const changes = offered.flatMap(({ channel, type, status }): ConsentChange[] => {
    const isChosen = chosen.topics.includes(topicName({ channel, type }));
    if (isChosen === (status === 'SUBSCRIBED') || (!isChosen && status === 'NEVER_SUBSCRIBED')) return [];
    const to = isChosen ? 'SUBSCRIBED' : 'UNSUBSCRIBED';
    return [{ profileId: profile.id, channel, type, to, at: context.now(), evidence }];
  });
  if (changes.length > 0) await changeConsents(changes, context);
  for (const { id } of lists) if (!chosen.listIds.includes(id)) await leave(profile.id, id, evidence, context);
};

const emailOptOut = (profileId: string, evidence: Evidence, { now }: Context): ConsentChange => ({
  profileId,
  channel: 'email',
  type: 'marketing',
  to: 'UNSUBSCRIBED',
  at: now(),
  evidence,
});

/** Removes a person from one list, with a list opt-out. Their consent stays. */
export const leave = async (profileId: string, listId: string, evidence: Evidence, context: Context): Promise<void> => {
  const place = { listId, profileId };
  await optOutOfList([{ ...emailOptOut(profileId, evidence, context), listId }], place, context);
  await leaveList(place, context);
};

/** Unsubscribes a person from e-mail marketing of all lists. */
export const unsubscribe = async (profileId: string, evidence: Evidence, context: Context): Promise<void> => {
  const { id } = await getProfile(profileId, context);
  await changeConsents([emailOptOut(id, evidence, context)], context);
};

/** Unsubscribes a person from e-mail marketing and from all topics that they have consented to. */
export const unsubscribeFromAll = async (
  preferences: Preferences,
  evidence: Evidence,
  context: Context,
): Promise<void> => {
  await applyChoices({ ...preferences, lists: [] }, { topics: [], listIds: [] }, evidence, context);
  await unsubscribe(preferences.profile.id, evidence, context);
};

export interface PageLinks {
  readonly preferences_url: string;
  readonly unsubscribe_url: string;
}

/** Creates the links of a message to one person, for one list or none. They are valid until their secret is revoked. */
export const createPageLinks = async (
  { profileId, listId }: { readonly profileId: string; readonly listId?: string },
  context: Context,
): Promise<PageLinks> => {
  const { account, origin, settings } = context;
  if (settings.hidesPages)
    throw new ApiError('invalid', {
      detail: 'This deployment has no pages (-c pages=false), so the links would not work.',
    });
  const { id, email } = await getProfile(profileId, context);
  const claims = { p: id, ...(listId !== undefined && { l: listId }) };
  const hidden = email === undefined ? undefined : { e: email };
  const token = await signToken({ purpose: 'preferences', claims, ...(hidden && { hidden }) }, context);
  return {
    preferences_url: origin + preferencesPath(account, token),
    unsubscribe_url: origin + unsubscribePath(account, token),
  };
};
