import { waitAfterContention } from '../../platform/retry.ts';
import type { Context } from '../accounts/context.ts';
import { getProfile } from '../profiles/records/resolve.ts';
import { readConsentState } from './consent-state.ts';
import { appendToChain, chainContentionError } from './ledger/append.ts';
import { lacksAddress, planWrites, withAddresses } from './plan-changes.ts';
import type { ConsentChange, Outcome } from './records/consent.ts';
import { addLinkedChanges } from './records/decide.ts';
import { ledger } from './records/store.ts';

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
  const withoutAddress = changes.find(lacksAddress);
  return withoutAddress ? withAddresses(changes, await getProfile(withoutAddress.profileId, context)) : changes;
};
