import { ApiError } from '../../platform/errors.ts';
import { waitAfterContention } from '../../platform/retry.ts';
import { create, put, remove, type Write } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { findProfile } from '../profiles/records/resolve.ts';
import { type ConsentState, isEmailMarketing, readConsentState } from './known.ts';
import { appendToChain, chainContention } from './ledger/append.ts';
import type { Consent, ConsentChange, LedgerEntry, Outcome, Status } from './records/consent.ts';
import { type Decision, decide, namedId, topicName, withLinked } from './records/decide.ts';
import { consents, type ListOptOut, ledger, listLedger, listOptOuts } from './records/store.ts';
import { liftedBy, type SuppressionReason } from './records/suppression.ts';
import { liftWrites, suppressionWrites } from './suppressions/suppress.ts';

export { ledgerPage } from './ledger/timeline.ts';
export { optOutOfList, optOutsOfLists } from './list-opt-out.ts';
export { overridesGpc } from './records/decide.ts';
export { isOfPerson } from './records/suppression.ts';
export { consentAt, sharingOf, subscriptionsOf } from './state/answers.ts';
export { suppress, suppressedAddresses, suppressionsOf, unsuppress } from './suppressions/suppress.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

/** Records a change of consent, and lets it hold unless something newer is known. */
export const changeConsent = async (change: ConsentChange, context: Deps): Promise<Outcome> => {
  const [outcome] = await changeConsents([change], context);
  return outcome ?? 'already';
};

const TRIES = 10;

/**
 * Changes of one profile, each of another topic, in one transaction: what holds, the ledger, and the suppressions that
 * an opt-in lifts or an opt-out begins. One read and one write, and again where another writer was quicker.
 */
export const changeConsents = async (changes: readonly ConsentChange[], context: Deps): Promise<Outcome[]> => {
  let all = withLinked(await withAddresses(changes, context));
  let settled = new Map<ConsentChange, Outcome>();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const open = all.filter((change) => !settled.has(change));
    const known = await readConsentState(open, context);
    // Merged away meanwhile: it is of the profile that stands for this one.
    const { mergedInto } = known.profile ?? {};
    if (mergedInto !== undefined) {
      const { id: profileId } = await findProfile(mergedInto, context);
      const moved = changes.map((change) => ({ ...change, profileId }));
      all = withLinked(await withAddresses(moved, context));
      settled = new Map();
      continue;
    }
    const { writes, outcomes, entries } = await plan(open, known, context);
    const whole = appendToChain(writes, known.heads, context.account);
    const written = whole.length === 0 ? { done: true as const } : await context.table.transact(whole);
    if (written.done) {
      const final = new Map([...settled, ...outcomes]);
      return changesOf(all, changes.length).map((change) => final.get(change) ?? 'already');
    }
    // An existing entry is an earlier delivery: its outcome is the answer.
    for (const [change, index] of entries) {
      const existing = written.failures[index]?.existing;
      if (existing) settled.set(change, ledger.fromItem(existing).isLate ? 'outdated' : 'applied');
    }
    await waitAfterContention(attempt);
  }
  throw chainContention();
};

/** The first ones are those that were asked for; linked ones follow. */
const changesOf = (all: readonly ConsentChange[], count: number) => all.slice(0, count);

const withAddresses = async (changes: readonly ConsentChange[], context: Deps): Promise<readonly ConsentChange[]> => {
  const lacking = changes.find(({ address, channel }) => !address && hasAddress(channel));
  if (!lacking) return changes;
  const { email, phone_number } = await findProfile(lacking.profileId, context);
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
  /** Where each change's ledger entry stands among the writes. */
  readonly entries: ReadonlyMap<ConsentChange, number>;
}

const plan = async (changes: readonly ConsentChange[], known: ConsentState, context: Deps): Promise<Plan> => {
  const { account, now, newId } = context;
  const recordedAt = now().toISOString();
  const writes: Write[] = [];
  const outcomes = new Map<ConsentChange, Outcome>();
  const entries = new Map<ConsentChange, number>();

  for (const [i, change] of changes.entries()) {
    const current = known.consents[i];
    const held = known.holding[i];
    const decision = decide(current, change, { recordedAt, newId, held, since: known.profile?.sources?.at(-1)?.at });
    outcomes.set(change, outcomeOf(decision));
    if (decision.kind === 'record') {
      entries.set(change, writes.length);
      const entry = { account, ...decision.entry };
      const { next } = decision;
      if (next) writes.push(create(ledger, entry), hold({ account, ...next }, current));
      else writes.push(create(ledger, { ...entry, from: await statusBefore(entry, context) }));
      if (next) writes.push(...consequences({ ...change, at: new Date(next.at) }, entry.id, known, context));
    }
    // Who opts in again is written to again, though that is no news of consent.
    if (decision.kind === 'already' && change.to === 'SUBSCRIBED')
      writes.push(...consequences(change, '', known, context));
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

const hold = (next: Consent, current: Consent | undefined): Write =>
  put(consents, next, current ? { attribute: 'entryId', is: '=', value: current.entryId } : 'absent');

const statusBefore = async (entry: LedgerEntry, { table }: Deps): Promise<Status> => {
  const { pk, sk } = ledger.key(entry);
  const prefix = `${topicName({ channel: entry.channel, type: entry.purpose })}#`;
  const [before] = await table.queryOf(ledger, { pk, prefix, before: sk, descending: true, limit: 1 });
  return before?.to ?? 'NEVER_SUBSCRIBED';
};

/** What a change that holds does to suppressions. One that began after the person opted in is left. */
const consequences = (change: ConsentChange, cause: string, known: ConsentState, context: Deps): Write[] => {
  const { at, evidence, address, to } = change;
  if (!isEmailMarketing(change)) return [];
  const isKnown = known.suppressions.some(({ reason }) => reason === 'UNSUBSCRIBE');
  if (to === 'UNSUBSCRIBED') {
    return address && !isKnown
      ? suppressionWrites({ address, reason: 'UNSUBSCRIBE', at, evidence, cause }, context)
      : [];
  }
  const isOlder = (one: { readonly at: string }) => one.at <= at.toISOString();
  return [
    ...known.suppressions
      .filter((suppression) => isOlder(suppression) && isLifting(change, suppression.reason))
      .flatMap((suppression) => liftWrites(suppression, { at, evidence }, context)),
    ...known.optOuts.filter(isOlder).flatMap((optOut) => rejoining(optOut, change, context)),
  ];
};

/** Who is not known to have opted in since is not written to again. */
const isLifting = ({ isWeak, evidence }: ConsentChange, reason: SuppressionReason): boolean =>
  !isWeak && liftedBy(evidence).includes(reason);

const rejoining = (optOut: ListOptOut, change: ConsentChange, { now }: Deps): Write[] => {
  const { channel, type, at, evidence, address } = change;
  const { account, listId, profileId } = optOut;
  return [
    remove(listOptOuts, optOut, { attribute: 'at', is: '=', value: optOut.at }),
    create(listLedger, {
      account,
      profileId,
      channel,
      purpose: type,
      id: namedId(at, ['rejoin', profileId, listId, optOut.at]),
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
