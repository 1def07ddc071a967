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
 * What a person can choose: e-mail, whatever else they were ever asked for, the lists that they are on, and to take back
 * that they opted out of sharing, which they do too where their browser says Global Privacy Control now.
 */
export const preferencesOf = async (profileId: string, context: Context): Promise<Preferences> => {
  const profile = await getProfile(profileId, context);
  const [known, lists, said] = await Promise.all([
    readSubscriptions(profile, context),
    readListsOf(profile, context),
    readSharingConsent(profile, context),
  ]);
  const isRefused = context.hasGpc && !(said && overridesGpc(said));
  const statuses = [
    ...topics.map((topic) => ({ ...topic, status: statusIn(known, topic) })),
    { ...sharing, status: isRefused ? 'UNSUBSCRIBED' : (said?.status ?? 'NEVER_SUBSCRIBED') } as const,
  ];
  const isOffered = ({ channel, type, status }: (typeof statuses)[number]): boolean =>
    status !== 'NEVER_SUBSCRIBED' || (channel === 'email' && type === 'marketing' && profile.email !== undefined);
  return { profile, topics: statuses.filter(isOffered), lists };
};

/** Whether lists send nothing: news by e-mail was ended, and nothing else is subscribed that could bring them. */
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

export const topicNamed = ({ channel, type }: Topic): string => `${channel}#${type}`;

/** Makes what was chosen hold; what stays as it is isn't recorded again. */
export const applyChoices = async (
  { profile, topics: offered, lists }: Preferences,
  chosen: Choices,
  evidence: Evidence,
  context: Context,
): Promise<void> => {
  const changes = offered.flatMap(({ channel, type, status }): ConsentChange[] => {
    const isChosen = chosen.topics.includes(topicNamed({ channel, type }));
    if (isChosen === (status === 'SUBSCRIBED') || (!isChosen && status === 'NEVER_SUBSCRIBED')) return [];
    const to = isChosen ? 'SUBSCRIBED' : 'UNSUBSCRIBED';
    return [{ profileId: profile.id, channel, type, to, at: context.now(), evidence }];
  });
  if (changes.length > 0) await changeConsents(changes, context);
  for (const { id } of lists) if (!chosen.listIds.includes(id)) await leave(profile.id, id, evidence, context);
};

const ofEmail = (profileId: string, evidence: Evidence, { now }: Context): ConsentChange => ({
  profileId,
  channel: 'email',
  type: 'marketing',
  to: 'UNSUBSCRIBED',
  at: now(),
  evidence,
});

/** Takes somebody off one list; their consent stays as it is. */
export const leave = async (profileId: string, listId: string, evidence: Evidence, context: Context): Promise<void> => {
  const place = { listId, profileId };
  await optOutOfList([{ ...ofEmail(profileId, evidence, context), listId }], place, context);
  await leaveList(place, context);
};

/** No more marketing by e-mail, whatever list it comes from. */
export const unsubscribe = async (profileId: string, evidence: Evidence, context: Context): Promise<void> => {
  const { id } = await getProfile(profileId, context);
  await changeConsents([ofEmail(id, evidence, context)], context);
};

/** No more of anything that was ever consented to, and no marketing by e-mail. */
export const unsubscribeFromAll = async (known: Preferences, evidence: Evidence, context: Context): Promise<void> => {
  await applyChoices({ ...known, lists: [] }, { topics: [], listIds: [] }, evidence, context);
  await unsubscribe(known.profile.id, evidence, context);
};

export interface PageLinks {
  readonly preferences_url: string;
  readonly unsubscribe_url: string;
}

/** Links for messages to one person, about one list or not. They hold until their secret is revoked. */
export const linksFor = async (
  { profileId, listId }: { readonly profileId: string; readonly listId?: string },
  context: Context,
): Promise<PageLinks> => {
  const { account, origin, settings } = context;
  if (settings.hidesPages)
    throw new ApiError('invalid', {
      detail: 'This deployment has no pages (-c pages=false), so that the links would lead nowhere.',
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
