import { spellingsOf } from '../../../model/email.ts';
import { profilePk } from '../../../model/partition.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { emailsOf, idsOf, type Profile } from '../../profiles/records/profile.ts';
import { type Address, type Consent, type LedgerEntry, type Topic, topics } from '../records/consent.ts';
import { topicName } from '../records/decide.ts';
import {
  addressLedgerPk,
  consents,
  LIST_OPT_OUTS,
  type ListOptOut,
  ledger,
  ledgerPk,
  listOptOuts,
  suppressionLedger,
  suppressions,
} from '../records/store.ts';
import {
  reasonsLiftedBy,
  reasonsLiftedByOptIn,
  type SuppressionEntry,
  type SuppressionReason,
  suppressionReasons,
} from '../records/suppression.ts';
import { effectiveConsent } from './effective-consent.ts';
import { findProfileAt } from './profile-at.ts';
import { effectiveConsents } from './read-consents.ts';
import { appliesToProfile, type StoredConsent, type Subscriptions, subscriptionsView } from './subscriptions.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Reads the `subscriptions` attribute of a profile. */
export const readSubscriptions = async (profile: Profile, context: Deps): Promise<Subscriptions> => {
  const [view] = await readSubscriptionsOfMany([profile], context);
  return view ?? subscriptionsView(profile, { consents: [], suppressions: [], optOuts: [] });
};

const MAX_OPT_OUTS = 1_000;
const PARALLEL = 16;

/** Reads it for a page of profiles, in their order. */
export const readSubscriptionsOfMany = async (
  profiles: readonly Profile[],
  context: Deps,
): Promise<Subscriptions[]> => {
  const stored = await readStoredConsents(profiles, topics, context);
  const optOuts = await inParallel(profiles, PARALLEL, (profile) => readListOptOuts(profile, context));
  return profiles.map((profile, i) =>
    subscriptionsView(profile, {
      consents: stored[i]?.consents ?? [],
      suppressions: stored[i]?.suppressions ?? [],
      optOuts: optOuts[i] ?? [],
    }),
  );
};

/** Reads the effective consent to topics, and the suppressions, of a page of profiles, in their order. */
export const readStoredConsents = async (
  profiles: readonly Profile[],
  ofTopics: readonly Topic[],
  { account, table }: Deps,
): Promise<Omit<StoredConsent, 'optOuts'>[]> => {
  const consentKeysByProfile = profiles.map((profile) =>
    ofTopics.flatMap(({ channel, type }) =>
      idsOf(profile).map((profileId) => consents.key({ account, profileId, channel, purpose: type })),
    ),
  );
  const hasEmail = ofTopics.some(({ channel }) => channel === 'email');
  const suppressionKeysByProfile = profiles.map((profile) =>
    hasEmail ? suppressionKeys(profile).map((block) => suppressions.key({ account, ...block })) : [],
  );
  const items = await table.getItems([...consentKeysByProfile.flat(), ...suppressionKeysByProfile.flat()]);
  const consentItems = splitByLength(items, consentKeysByProfile);
  const suppressionItems = splitByLength(items.slice(consentKeysByProfile.flat().length), suppressionKeysByProfile);
  return profiles.map((profile, i) => ({
    consents: effectiveConsents(
      profile,
      (consentItems[i] ?? []).flatMap((item) => (item ? [consents.fromItem(item)] : [])),
      ofTopics,
    ),
    suppressions: (suppressionItems[i] ?? [])
      .flatMap((item) => (item ? [suppressions.fromItem(item)] : []))
      .filter(({ reason }, at, all) => all.findIndex((one) => one.reason === reason) === at),
  }));
};

/** Splits items into groups with as many items as each has keys. */
const splitByLength = <T>(items: readonly T[], parts: readonly (readonly unknown[])[]): T[][] => {
  const queue = [...items];
  return parts.map(({ length }) => queue.splice(0, length));
};

/** Suppressions that may apply to a person: all of their address, and personal ones of their other addresses. */
const suppressionKeys = ({ email, aliases = [] }: Pick<Profile, 'email' | 'aliases'>) => {
  const others = emailsOf({ aliases });
  const at = (stored: string, reasons: readonly SuppressionReason[]) =>
    spellingsOf('email', stored).flatMap((value) =>
      reasons.map((reason) => ({ address: { kind: 'email' as const, value }, reason })),
    );
  return [
    ...(email === undefined ? [] : at(email, suppressionReasons)),
    ...others.flatMap((value) => at(value, reasonsLiftedByOptIn)),
  ];
};

const readListOptOuts = async (profile: Profile, { account, table }: Deps): Promise<ListOptOut[]> => {
  const pages = await inParallel(idsOf(profile), PARALLEL, (id) =>
    table.queryOf(listOptOuts, { pk: profilePk(account, id), prefix: LIST_OPT_OUTS, limit: MAX_OPT_OUTS }),
  );
  return [...new Map(pages.flat().map((one) => [one.listId, one])).values()];
};

export interface ConsentQuestion extends Topic {
  readonly profileId: string;
  /** Any time. */
  readonly at: Date;
}

export interface ConsentAnswer extends ConsentQuestion {
  /** Whether the person had opted in, and the address was not suppressed. */
  readonly allowed: boolean;
  readonly because: 'subscribed' | 'unsubscribed' | 'never_subscribed' | 'suppressed' | 'address_changed';
  readonly consent: Consent['status'];
  /** The entry that decides: the newest one at that time. */
  readonly entry?: LedgerEntry;
  /** The suppressions in effect at that time. */
  readonly suppressions: readonly SuppressionEntry[];
}

/**
 * Whether a person could be contacted at a given time, and the proof. The cost does not depend on the size of the
 * ledger: reads the newest entry before that time, and for e-mail the newest of each suppression reason.
 *
 * Former addresses of a profile are not recorded. So `address_changed` is only reported for times after the last change
 * of the profile; before, the answer is for the address in the entry.
 */
export const readConsentAt = async (question: ConsentQuestion, context: Deps): Promise<ConsentAnswer> => {
  const { at } = question;
  const profile = await findProfileAt(question.profileId, at, context);
  const entry = await readEntryAt(question, profile, context);
  const address = entry?.address ?? addressOf(profile, question);
  const inForce =
    question.channel === 'email' && address ? await readSuppressionsAt(address, profile, at, context) : [];
  const blocking = inForce.filter((suppression) => !isLiftedBy(entry, suppression));
  const consent = entry?.to ?? 'NEVER_SUBSCRIBED';
  const hasChangedAddress =
    entry !== undefined &&
    at.toISOString() >= profile.updated &&
    !appliesToProfile({ ...entry, status: consent }, profile);
  const because = reasonFor(consent, { isMoved: hasChangedAddress, isSuppressed: blocking.length > 0 });
  return {
    ...question,
    allowed: because === 'subscribed',
    because,
    consent: hasChangedAddress ? 'NEVER_SUBSCRIBED' : consent,
    suppressions: blocking,
    ...(entry && { entry }),
  };
};

/** An opt-in that arrived late lifts older suppressions, even those that had already ended when it arrived. */
const isLiftedBy = (entry: LedgerEntry | undefined, { reason, at }: SuppressionEntry): boolean =>
  entry?.to === 'SUBSCRIBED' && reasonsLiftedBy(entry.evidence).includes(reason) && at <= entry.at;

const reasonFor = (
  consent: Consent['status'],
  { isMoved, isSuppressed }: { readonly isMoved: boolean; readonly isSuppressed: boolean },
): ConsentAnswer['because'] => {
  switch (consent) {
    case 'NEVER_SUBSCRIBED':
      return 'never_subscribed';
    case 'UNSUBSCRIBED':
      return 'unsubscribed';
    case 'SUBSCRIBED':
      if (isMoved) return 'address_changed';
      return isSuppressed ? 'suppressed' : 'subscribed';
  }
};

const addressOf = ({ email }: Profile, { channel }: Topic): Address | undefined =>
  channel === 'email' && email !== undefined ? { kind: 'email', value: email } : undefined;

/** A sort key after every entry of that time: ids are letters and digits. */
const endOfMoment = (stream: string, at: Date): string => `${stream}#${at.toISOString()}#~`;

const readEntryAt = async (
  question: ConsentQuestion,
  profile: Profile,
  context: Deps,
): Promise<LedgerEntry | undefined> => {
  const ids = idsOf(profile);
  const newest = await inParallel(ids, PARALLEL, (id) => readNewestEntry({ ...question, profileId: id }, context));
  const newestById = new Map(ids.map((id, i) => [id, newest[i]]));
  const statementOf = (id: string) => {
    const entry = newestById.get(id);
    return entry && { ...entry, status: entry.to };
  };
  const effective = effectiveConsent(profile, statementOf, (one) => appliesToProfile(one, profile));
  return effective && newestById.get(effective.profileId);
};

const readNewestEntry = async (
  question: ConsentQuestion,
  { account, table }: Deps,
): Promise<LedgerEntry | undefined> => {
  const stream = topicName(question);
  const [newest] = await table.queryOf(ledger, {
    pk: ledgerPk(account, question.profileId),
    prefix: `${stream}#`,
    before: endOfMoment(stream, question.at),
    descending: true,
    limit: 1,
  });
  return newest;
};

const readSuppressionsAt = async (
  address: Address,
  profile: Profile,
  at: Date,
  { account, table }: Deps,
): Promise<SuppressionEntry[]> => {
  const others = profile.sources?.length ? emailsOf(profile).filter((value) => value !== address.value) : [];
  const keys = suppressionKeys({ email: address.value, aliases: others.map((value) => ({ kind: 'email', value })) });
  const newest = await inParallel(keys, PARALLEL, (block) =>
    table.queryOf(suppressionLedger, {
      pk: addressLedgerPk(account, block.address),
      prefix: `${block.reason}#`,
      before: endOfMoment(block.reason, at),
      descending: true,
      limit: 1,
    }),
  );
  return newest.flat().filter(({ to }) => to === 'SUPPRESSED');
};
