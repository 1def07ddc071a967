import { profilePk } from '../../../model/partition.ts';
import { ApiError } from '../../../platform/errors.ts';
import { definition } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { listPage, readAllItems } from '../../../platform/table/pages.ts';
import type { Context } from '../../accounts/context.ts';
import { readProfileIds } from '../../profiles/records/every.ts';
import { findProfile } from '../../profiles/records/resolve.ts';
import { type Fault, faultsIn, linkOf } from '../records/chain.ts';
import { allTopics } from '../records/consent.ts';
import { topicName } from '../records/decide.ts';
import { CONSENTS, chainHeads, chainLists, consents, ledgerPk, suppressions } from '../records/store.ts';
import { suppressionReasons } from '../records/suppression.ts';

type Deps = Pick<Context, 'account' | 'table'>;

export interface Verification {
  /** The partition of the entries: of a profile, or of an address. */
  readonly ledger: string;
  readonly entries: number;
  /** Hash of the newest entry: kept elsewhere, it proves later that nothing before it was changed. */
  readonly end: string | undefined;
  readonly faults: readonly Fault[];
}

const TRIES = 5;

/** The ledger of one profile. */
export const verifyProfile = async (profileId: string, context: Deps): Promise<Verification> =>
  verifyLedger(ledgerPk(context.account, (await findProfile(profileId, context)).id), context);

/** Every ledger of an account, one after the other. */
export async function* verifyAccount(context: Deps): AsyncGenerator<Verification> {
  for await (const ledger of ledgersOf(context)) yield await verifyLedger(ledger, context);
}

/** Whether a ledger is what was recorded, and what holds is what it says. */
export const verifyLedger = async (of: string, context: Deps): Promise<Verification> => {
  const { table } = context;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const head = await table.get(chainHeads, { ledger: of });
    const entries = await entriesOf(of, context);
    const states = await statesOf(of, context);
    const after = await table.get(chainHeads, { ledger: of });
    // Something was recorded while it was read.
    if (after?.hash !== head?.hash) continue;
    const faults = [...faultsIn(entries, head), ...faultsOfStates(entries, states)];
    return { ledger: of, entries: entries.length, end: head?.hash, faults };
  }
  throw new ApiError('unavailable', { detail: `${of} changes all the time. Try again.` });
};

const PAGE = 500;

/** As they are stored, in the order of their sort keys. */
export const entriesOf = async (of: string, { table }: Deps): Promise<Item[]> => {
  const all: Item[] = [];
  for (;;) {
    const after = all.at(-1)?.[definition.sk];
    const some = await table.query({ pk: of, limit: PAGE, ...(after !== undefined && { after: String(after) }) });
    all.push(...some);
    if (some.length < PAGE) return all;
  }
};

interface State {
  /** Before the time in the sort keys of its entries. */
  readonly stream: string;
  /** The entry that it has to agree with, where there is one. */
  readonly entryIn: (entries: readonly Item[]) => Item | undefined;
  readonly agrees: (entry: Item | undefined) => boolean;
}

/** What holds of what the ledger is about. */
const statesOf = async (of: string, context: Deps): Promise<State[]> => {
  const { account, table } = context;
  const about = of.slice(ledgerPk(account, '').length);
  const [kind, ...value] = about.split('#');
  if (kind === 'email' || kind === 'phone_number') {
    const address = { kind, value: value.join('#') } as const;
    const found = await table.getMany(
      suppressions,
      suppressionReasons.map((reason) => ({ account, address, reason })),
    );
    return suppressionReasons.map((reason, i) => ({
      stream: reason,
      entryIn: recordedLast,
      agrees: (entry) => (entry?.to === 'SUPPRESSED' ? entry.at === found[i]?.at : found[i] === undefined),
    }));
  }
  const held = await table.queryOf(consents, {
    pk: profilePk(account, about),
    prefix: CONSENTS,
    limit: allTopics.length,
  });
  return allTopics.map((topic) => {
    const state = held.find(({ channel, purpose }) => channel === topic.channel && purpose === topic.type);
    return {
      stream: topicName(topic),
      entryIn: (entries) => entries.at(-1),
      agrees: (entry) => entry?.id === state?.entryId && entry?.to === state?.status,
    };
  });
};

/** A suppression can begin at a time before the last one's end, so the order of recording tells. */
const recordedLast = (entries: readonly Item[]): Item | undefined =>
  entries.toSorted((a, b) => placeOf(a) - placeOf(b)).at(-1);

const placeOf = (item: Item): number => linkOf(item)?.n ?? 0;

const faultsOfStates = (entries: readonly Item[], states: readonly State[]): Fault[] =>
  states.flatMap(({ stream, entryIn, agrees }): Fault[] => {
    const own = entries.filter((item) => String(item[definition.sk]).startsWith(`${stream}#`));
    if (agrees(entryIn(own))) return [];
    return [{ kind: 'state', detail: `What holds for ${stream.replace('#', ' ')} is not what its last entry says.` }];
  });

/** Those of all chains, and those of all profiles, whose chain could have been removed. */
async function* ledgersOf({ account, table }: Deps): AsyncGenerator<string> {
  const chains = { index: 'gsi1', partitions: chainLists(account), descending: false } as const;
  for await (const { gsi1sk } of readAllItems((page) => listPage(table, { ...chains, ...page }), PAGE))
    yield String(gsi1sk);
  for await (const ids of readProfileIds(account, table)) {
    const ledgers = ids.map((id) => ledgerPk(account, id));
    const heads = await table.getMany(
      chainHeads,
      ledgers.map((of) => ({ ledger: of })),
    );
    yield* ledgers.filter((_, i) => heads[i] === undefined);
  }
}
