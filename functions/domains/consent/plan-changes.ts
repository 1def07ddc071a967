import { ApiError } from '../../platform/errors.ts';
import { create, put, remove, type Write } from '../../platform/table/write.ts';
import type { Profile } from '../profiles/records/profile.ts';
import type { Deps } from './actions.ts';
import { type ConsentState, isEmailMarketing } from './consent-state.ts';
import type { Consent, ConsentChange, LedgerEntry, Outcome, Status } from './records/consent.ts';
import { type Decision, decide, deterministicId, topicName } from './records/decide.ts';
import { consents, type ListOptOut, ledger, listLedger, listOptOuts } from './records/store.ts';
import { reasonsLiftedBy, type SuppressionReason } from './records/suppression.ts';
import { liftWrites, suppressionWrites } from './suppressions/suppress.ts';

/** Whether a change is about the address that its profile has. */
export const lacksAddress = ({ address, channel }: ConsentChange): boolean => !address && hasAddress(channel);

/** Adds the addresses of their profile to changes. */
export const withAddresses = (
  changes: readonly ConsentChange[],
  { email, phone_number }: Pick<Profile, 'email' | 'phone_number'>,
): readonly ConsentChange[] =>
  changes.map((change) => {
    if (!lacksAddress(change)) return change;
    const kind = change.channel === 'email' ? 'email' : 'phone_number';
    const value = kind === 'email' ? email : phone_number;
    if (value !== undefined) return { ...change, address: { kind, value } };
    if (change.to !== 'SUBSCRIBED') return change;
    throw new ApiError('invalid', {
      detail: `The profile has no ${kind}, so it can't be subscribed to ${change.channel}.`,
      source: { pointer: `/data/attributes/${kind}` },
    });
  });

const hasAddress = (channel: ConsentChange['channel']): boolean => channel !== 'push' && channel !== 'sharing';

export interface Plan {
  readonly writes: readonly Write[];
  readonly outcomes: ReadonlyMap<ConsentChange, Outcome>;
  /** The index of each change's ledger entry among the writes. */
  readonly entries: ReadonlyMap<ConsentChange, number>;
}

/** Plans the writes of changes of one profile, without the ends of their chains. */
export const planWrites = async (
  changes: readonly ConsentChange[],
  state: Omit<ConsentState, 'heads'>,
  context: Deps,
): Promise<Plan> => {
  const { account, now, newId } = context;
  const recordedAt = now().toISOString();
  const writes: Write[] = [];
  const outcomes = new Map<ConsentChange, Outcome>();
  const entries = new Map<ConsentChange, number>();

  for (const [i, change] of changes.entries()) {
    const current = state.consents[i];
    const effective = state.effective[i];
    const decision = decide(current, change, {
      recordedAt,
      newId,
      effective,
      lastMergeAt: state.profile?.sources?.at(-1)?.at,
    });
    outcomes.set(change, outcomeOf(decision));
    if (decision.kind === 'record') {
      entries.set(change, writes.length);
      const entry = { account, ...decision.entry };
      const { next } = decision;
      if (next) writes.push(create(ledger, entry), consentWrite({ account, ...next }, current));
      else writes.push(create(ledger, { ...entry, from: await statusBefore(entry, context) }));
      if (next) writes.push(...followUpWrites({ ...change, at: new Date(next.at) }, entry.id, state, context));
    }
    // A repeated opt-in is no new consent, but it lifts suppressions again.
    if (decision.kind === 'already' && change.to === 'SUBSCRIBED')
      writes.push(...followUpWrites(change, '', state, context));
  }
  return { writes, outcomes, entries };
};

const outcomeOf = (decision: Decision): Outcome => {
  switch (decision.kind) {
    case 'already':
      return 'already';
    case 'ignored':
      return 'outdated';
    case 'repeated':
      return 'applied';
    case 'record':
      return decision.next ? 'applied' : 'outdated';
  }
};

const consentWrite = (next: Consent, current: Consent | undefined): Write =>
  put(consents, next, current ? { attribute: 'entryId', is: '=', value: current.entryId } : 'absent');

const statusBefore = async (entry: LedgerEntry, { table }: Deps): Promise<Status> => {
  const { pk, sk } = ledger.key(entry);
  const prefix = `${topicName({ channel: entry.channel, type: entry.purpose })}#`;
  const [before] = await table.queryOf(ledger, { pk, prefix, before: sk, descending: true, limit: 1 });
  return before?.to ?? 'NEVER_SUBSCRIBED';
};

/** The suppressions that a change adds or lifts. Suppressions that began after the opt-in stay. */
const followUpWrites = (
  change: ConsentChange,
  cause: string,
  state: Omit<ConsentState, 'heads'>,
  context: Deps,
): Write[] => {
  const { at, evidence, address, to } = change;
  if (!isEmailMarketing(change)) return [];
  const isUnsubscribed = state.suppressions.some(({ reason }) => reason === 'UNSUBSCRIBE');
  if (to === 'UNSUBSCRIBED') {
    return address && !isUnsubscribed
      ? suppressionWrites({ address, reason: 'UNSUBSCRIBE', at, evidence, cause }, context)
      : [];
  }
  const isOlder = (one: { readonly at: string }) => one.at <= at.toISOString();
  return [
    ...state.suppressions
      .filter((suppression) => isOlder(suppression) && liftsSuppression(change, suppression.reason))
      .flatMap((suppression) => liftWrites(suppression, { at, evidence }, context)),
    ...state.optOuts.filter(isOlder).flatMap((optOut) => rejoinWrites(optOut, change, context)),
  ];
};

/** A weak opt-in lifts nothing: the person may have opted in before the suppression. */
const liftsSuppression = ({ isWeak, evidence }: ConsentChange, reason: SuppressionReason): boolean =>
  !isWeak && reasonsLiftedBy(evidence).includes(reason);

const rejoinWrites = (optOut: ListOptOut, change: ConsentChange, { now }: Deps): Write[] => {
  const { channel, type, at, evidence, address } = change;
  const { account, listId, profileId } = optOut;
  return [
    remove(listOptOuts, optOut, { attribute: 'at', is: '=', value: optOut.at }),
    create(listLedger, {
      account,
      profileId,
      channel,
      purpose: type,
      id: deterministicId(at, ['rejoin', profileId, listId, optOut.at]),
      from: 'UNSUBSCRIBED',
      to: 'SUBSCRIBED',
      at: at.toISOString(),
      recordedAt: now().toISOString(),
      evidence,
      listId,
      ...(address && { address }),
    }),
  ];
};
