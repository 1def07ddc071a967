import { spellingsOf } from '../../../model/email.ts';
import { profilePk } from '../../../model/partition.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { emailsOf, idsOf, type Profile } from '../../profiles/records/profile.ts';
import { type Address, type Consent, type LedgerEntry, sharing, type Topic, topics } from '../records/consent.ts';
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
  liftedBy,
  liftedByOptIn,
  type SuppressionEntry,
  type SuppressionReason,
  suppressionReasons,
} from '../records/suppression.ts';
import { effectiveConsent } from './merged.ts';
import { subjectAt } from './subject.ts';
import { isOf, type Subscriptions, subscriptionsView } from './subscriptions.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** The `subscriptions` attribute of a profile. */
export const subscriptionsOf = async (profile: Profile, context: Deps): Promise<Subscriptions> => {
  const [view] = await subscriptionsOfAll([profile], context);
  return view ?? subscriptionsView(profile, { consents: [], suppressions: [], optOuts: [] });
};

const MAX_OPT_OUTS = 1_000;
const PARALLEL = 16;

/** The same for a page of profiles, in their order. */
export const subscriptionsOfAll = async (profiles: readonly Profile[], context: Deps): Promise<Subscriptions[]> => {
  const { account, table } = context;
  const states = profiles.map((profile) =>
    topics.flatMap(({ channel, type }) =>
      idsOf(profile).map((profileId) => consents.key({ account, profileId, channel, purpose: type })),
    ),
  );
  const blocks = profiles.map((profile) => blocksOf(profile).map((block) => suppressions.key({ account, ...block })));
  const items = await table.getItems([...states.flat(), ...blocks.flat()]);
  const said = split(items, states);
  const blocked = split(items.slice(states.flat().length), blocks);
  const left = await inParallel(profiles, PARALLEL, (profile) => optOutsOf(profile, context));
  return profiles.map((profile, i) =>
    subscriptionsView(profile, {
      consents: heldBy(
        profile,
        (said[i] ?? []).flatMap((item) => (item ? [consents.fromItem(item)] : [])),
      ),
      suppressions: (blocked[i] ?? [])
        .flatMap((item) => (item ? [suppressions.fromItem(item)] : []))
        .filter(({ reason }, at, all) => all.findIndex((one) => one.reason === reason) === at),
      optOuts: left[i] ?? [],
    }),
  );
};

/** As many items as each has keys. */
const split = <T>(items: readonly T[], parts: readonly (readonly unknown[])[]): T[][] => {
  const queue = [...items];
  return parts.map(({ length }) => queue.splice(0, length));
};

/** What the person last said of sharing, which is no message and so no part of the `subscriptions`. */
export const sharingOf = async (profile: Profile, { account, table }: Deps): Promise<Consent | undefined> => {
  const { channel, type } = sharing;
  const said = await table.getMany(
    consents,
    idsOf(profile).map((profileId) => ({ account, profileId, channel, purpose: type })),
  );
  return heldBy(
    profile,
    said.flatMap((one) => one ?? []),
    [sharing],
  )[0];
};

const heldBy = (profile: Profile, said: readonly Consent[], of: readonly Topic[] = topics): Consent[] =>
  of.flatMap(({ channel, type }) => {
    const own = said.filter((one) => one.channel === channel && one.purpose === type);
    const saidOf = (id: string) => own.find(({ profileId }) => profileId === id);
    return effectiveConsent(profile, saidOf, (one) => isOf(one, profile)) ?? [];
  });

/** What may stand against writing to a person: all that is known of the address, and what was meant for them at another. */
const blocksOf = ({ email, aliases = [] }: Pick<Profile, 'email' | 'aliases'>) => {
  const others = emailsOf({ aliases });
  const at = (stored: string, reasons: readonly SuppressionReason[]) =>
    spellingsOf('email', stored).flatMap((value) =>
      reasons.map((reason) => ({ address: { kind: 'email' as const, value }, reason })),
    );
  return [
    ...(email === undefined ? [] : at(email, suppressionReasons)),
    ...others.flatMap((value) => at(value, liftedByOptIn)),
  ];
};

const optOutsOf = async (profile: Profile, { account, table }: Deps): Promise<ListOptOut[]> => {
  const found = await inParallel(idsOf(profile), PARALLEL, (id) =>
    table.queryOf(listOptOuts, { pk: profilePk(account, id), prefix: LIST_OPT_OUTS, limit: MAX_OPT_OUTS }),
  );
  return [...new Map(found.flat().map((one) => [one.listId, one])).values()];
};

export interface ConsentQuestion extends Topic {
  readonly profileId: string;
  /** Any moment. */
  readonly at: Date;
}

export interface ConsentAnswer extends ConsentQuestion {
  /** Whether the person had opted in, and nothing suppressed the address. */
  readonly allowed: boolean;
  readonly because: 'subscribed' | 'unsubscribed' | 'never_subscribed' | 'suppressed' | 'address_changed';
  readonly consent: Consent['status'];
  /** The entry that decides: the newest one of that moment. */
  readonly entry?: LedgerEntry;
  /** What suppressed the address at that moment. */
  readonly suppressions: readonly SuppressionEntry[];
}

/**
 * Whether a person might be contacted at a moment, and what proves it. Costs the same however much is recorded: the
 * newest entry up to the moment, and for e-mail the newest of each reason of suppression.
 *
 * Former addresses of a profile aren't recorded: that the address has changed is told for moments since the profile's
 * last change; before, the answer is for the address that the entry names.
 */
export const consentAt = async (question: ConsentQuestion, context: Deps): Promise<ConsentAnswer> => {
  const { at } = question;
  const profile = await subjectAt(question.profileId, at, context);
  const entry = await entryAt(question, profile, context);
  const address = entry?.address ?? addressOf(profile, question);
  const recorded = question.channel === 'email' && address ? await suppressedAt(address, profile, at, context) : [];
  const blocking = recorded.filter((suppression) => !isLiftedBy(entry, suppression));
  const consent = entry?.to ?? 'NEVER_SUBSCRIBED';
  const isMoved =
    entry !== undefined && at.toISOString() >= profile.updated && !isOf({ ...entry, status: consent }, profile);
  const because = reasonFor(consent, { isMoved, isSuppressed: blocking.length > 0 });
  return {
    ...question,
    allowed: because === 'subscribed',
    because,
    consent: isMoved ? 'NEVER_SUBSCRIBED' : consent,
    suppressions: blocking,
    ...(entry && { entry }),
  };
};

/** An opt-in that arrived late lifted what was older than it, though it came when that had ended already. */
const isLiftedBy = (entry: LedgerEntry | undefined, { reason, at }: SuppressionEntry): boolean =>
  entry?.to === 'SUBSCRIBED' && liftedBy(entry.evidence).includes(reason) && at <= entry.at;

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

/** After every entry of the moment: ids are letters and digits. */
const upTo = (stream: string, at: Date): string => `${stream}#${at.toISOString()}#~`;

const entryAt = async (
  question: ConsentQuestion,
  profile: Profile,
  context: Deps,
): Promise<LedgerEntry | undefined> => {
  const ids = idsOf(profile);
  const newest = await inParallel(ids, PARALLEL, (id) => newestAt({ ...question, profileId: id }, context));
  const said = new Map(ids.map((id, i) => [id, newest[i]]));
  const saidOf = (id: string) => {
    const entry = said.get(id);
    return entry && { ...entry, status: entry.to };
  };
  const held = effectiveConsent(profile, saidOf, (one) => isOf(one, profile));
  return held && said.get(held.profileId);
};

const newestAt = async (question: ConsentQuestion, { account, table }: Deps): Promise<LedgerEntry | undefined> => {
  const stream = topicName(question);
  const [newest] = await table.queryOf(ledger, {
    pk: ledgerPk(account, question.profileId),
    prefix: `${stream}#`,
    before: upTo(stream, question.at),
    descending: true,
    limit: 1,
  });
  return newest;
};

const suppressedAt = async (
  address: Address,
  profile: Profile,
  at: Date,
  { account, table }: Deps,
): Promise<SuppressionEntry[]> => {
  const others = profile.sources?.length ? emailsOf(profile).filter((value) => value !== address.value) : [];
  const asked = blocksOf({ email: address.value, aliases: others.map((value) => ({ kind: 'email', value })) });
  const newest = await inParallel(asked, PARALLEL, (block) =>
    table.queryOf(suppressionLedger, {
      pk: addressLedgerPk(account, block.address),
      prefix: `${block.reason}#`,
      before: upTo(block.reason, at),
      descending: true,
      limit: 1,
    }),
  );
  return newest.flat().filter(({ to }) => to === 'SUPPRESSED');
};
