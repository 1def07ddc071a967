import { ApiError } from '../../platform/errors.ts';
import { waitAfterContention } from '../../platform/retry.ts';
import { create, put, remove, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { getProfile } from '../profiles/records/resolve.ts';
import { type ConsentState, isEmailMarketing, readConsentState } from './consent-state.ts';
import { appendToChain, chainContentionError } from './ledger/append.ts';
import type { Consent, ConsentChange, LedgerEntry, Outcome, Status } from './records/consent.ts';
import { addLinkedChanges, type Decision, decide, deterministicId, topicName } from './records/decide.ts';
import { consents, type ListOptOut, ledger, listLedger, listOptOuts } from './records/store.ts';
import { reasonsLiftedBy, type SuppressionReason } from './records/suppression.ts';
import { liftWrites, suppressionWrites } from './suppressions/suppress.ts';

export { readLedgerPage } from './ledger/timeline.ts';
export { optOutOfList, readListOptOutPage } from './list-opt-out.ts';
export { overridesGpc } from './records/decide.ts';
export { isPersonal } from './records/suppression.ts';
export { readConsentAt, readSubscriptions } from './state/queries.ts';
export { readSharingConsent } from './state/read-consents.ts';
export {
  readSuppressedAddresses,
  readSuppressions,
  suppress,
  unsuppress,
} from './suppressions/suppress.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

/** Records a change of consent. It takes effect unless a newer one is known. */
export const changeConsent = async (change: ConsentChange, context: Deps): Promise<Outcome> => {
  const [outcome] = await changeConsents([change], context);
  return outcome ?? 'already';
};

const TRIES = 10;

/**
 * Records changes of one profile, each for another topic, in one transaction: the consent states, the ledger entries,
 * and the suppressions that an opt-in lifts or an opt-out adds. One read and one write, repeated if another writer was
 * faster.
 */
export const changeConsents = async (changes: readonly ConsentChange[], context: Deps): Promise<Outcome[]> => {
  let all = addLinkedChanges(await addAddresses(changes, context));
  let finalOutcomes = new Map<ConsentChange, Outcome>();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const pending = all.filter((change) => !finalOutcomes.has(change));
    const state = await readConsentState(pending, context);
    // The profile has been merged meanwhile: the changes belong to its destination.
    const { mergedInto } = state.profile ?? {};
    if (mergedInto !== undefined) {
      const { id: profileId } = await getProfile(mergedInto, context);
      const redirected = changes.map((change) => ({ ...change, profileId }));
      all = addLinkedChanges(await addAddresses(redirected, context));
      finalOutcomes = new Map();
      continue;
    }
    const { writes, outcomes, entries } = await planWrites(pending, state, context);
    const chainedWrites = appendToChain(writes, state.heads, context.account);
    const result = chainedWrites.length === 0 ? { done: true as const } : await context.table.transact(chainedWrites);
    if (result.done) {
      const outcomeByChange = new Map([...finalOutcomes, ...outcomes]);
      return withoutLinked(all, changes.length).map((change) => outcomeByChange.get(change) ?? 'already');
    }
    // An existing entry comes from an earlier delivery. Its outcome is the answer.
    for (const [change, index] of entries) {
      const existing = result.failures[index]?.existing;
      if (existing) finalOutcomes.set(change, ledger.fromItem(existing).isLate ? 'outdated' : 'applied');
    }
    await waitAfterContention(attempt);
  }
  throw chainContentionError();
};

/** The requested changes come first, linked ones follow. */
const withoutLinked = (all: readonly ConsentChange[], count: number) => all.slice(0, count);

const addAddresses = async (changes: readonly ConsentChange[], context: Deps): Promise<readonly ConsentChange[]> => {
  const withoutAddress = changes.find(({ address, channel }) => !address && hasAddress(channel));
  if (!withoutAddress) return changes;
  const { email, phone_number } = await getProfile(withoutAddress.profileId, context);
  return changes.map((change) => {
    if (change.address || !hasAddress(change.channel)) return change;
    const kind = change.channel === 'email' ? 'email' : 'phone_number';
    const value = kind === 'email' ? email : phone_number;
    if (value !== undefined) return { ...change, address: { kind, value } };
    if (change.to !== 'SUBSCRIBED') return change;
    throw new ApiError('invalid', {
      detail: `The profile has no ${kind}, so it can't be subscribed to ${change.channel}.`,
      source: { pointer: `/data/attributes/${kind}` },
    });
  });
};

const hasAddress = (channel: ConsentChange['channel']): boolean => channel !== 'push' && channel !== 'sharing';

interface Plan {
  readonly writes: readonly Write[];
  readonly outcomes: ReadonlyMap<ConsentChange, Outcome>;
  /** The index of each change's ledger entry among the writes. */
  readonly entries: ReadonlyMap<ConsentChange, number>;
}

const planWrites = async (changes: readonly ConsentChange[], state: ConsentState, context: Deps): Promise<Plan> => {
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
const followUpWrites = (change: ConsentChange, cause: string, state: ConsentState, context: Deps): Write[] => {
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
