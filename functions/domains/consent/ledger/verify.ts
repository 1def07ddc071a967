import { profilePk } from '../../../model/partition.ts';
import { ApiError } from '../../../platform/errors.ts';
import { definition } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { listPage, readAllItems } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../../accounts/context.ts';
import { readProfileIds } from '../../profiles/records/profile-ids.ts';
import { getProfile } from '../../profiles/records/resolve.ts';
import { type Fault, findFaults, linkOf } from '../records/chain.ts';
import { allTopics } from '../records/consent.ts';
import { topicName } from '../records/decide.ts';
import { CONSENTS, chainHeads, chainPartitions, consents, ledgerPk, suppressions } from '../records/store.ts';
import { suppressionReasons } from '../records/suppression.ts';

type Deps = Pick<Context, 'account' | 'table'>;

export interface Verification {
  /** The partition of the entries, of a profile or an address. */
  readonly ledger: string;
  readonly entries: number;
  /** The hash of the newest entry. Kept elsewhere, it later proves that no earlier entry was changed. */
  readonly end: string | undefined;
  readonly faults: readonly Fault[];
}

const TRIES = 5;

/** Verifies the ledger of one profile. */
export const verifyProfile = async (profileId: string, context: Deps): Promise<Verification> =>
  verifyLedger(ledgerPk(context.account, (await getProfile(profileId, context)).id), context);

/** Verifies all ledgers of an account, one after the other. */
export async function* verifyAccount(context: Deps): AsyncGenerator<Verification> {
  for await (const ledger of readAllLedgers(context)) yield await verifyLedger(ledger, context);
}

/** Verifies that a ledger is unchanged, and that the current states agree with it. */
export const verifyLedger = async (ledger: string, context: Deps): Promise<Verification> => {
  const { table } = context;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const head = await table.get(chainHeads, { ledger });
    const entries = await readEntries(ledger, context);
    const states = await readStates(ledger, context);
    const headAfter = await table.get(chainHeads, { ledger });
    // An entry was appended during the read.
    if (headAfter?.hash !== head?.hash) continue;
    const faults = [...findFaults(entries, head), ...findStateFaults(entries, states)];
    return { ledger, entries: entries.length, end: head?.hash, faults };
  }
  throw new ApiError('unavailable', { detail: `The ledger ${ledger} kept changing while it was read. Try again.` });
};

const PAGE = 500;

/** Reads all entries of a ledger as stored, in the order of their sort keys. */
export const readEntries = async (ledger: string, { table }: Deps): Promise<Item[]> => {
  const all: Item[] = [];
  for (;;) {
    const after = all.at(-1)?.[definition.sk];
    const some = await table.query({ pk: ledger, limit: PAGE, ...(after !== undefined && { after: String(after) }) });
    all.push(...some);
    if (some.length < PAGE) return all;
  }
};

interface State {
  /** The prefix of its entries' sort keys, before the time. */
  readonly stream: string;
  /** The entry that the state must agree with, if any. */
  readonly entryIn: (entries: readonly Item[]) => Item | undefined;
  readonly agrees: (entry: Item | undefined) => boolean;
}

/** Reads the current states of the profile or address that the ledger belongs to. */
const readStates = async (ledger: string, context: Deps): Promise<State[]> => {
  const { account, table } = context;
  const ledgerName = ledger.slice(ledgerPk(account, '').length);
  const [kind, ...value] = ledgerName.split('#');
  if (kind === 'email' || kind === 'phone_number') {
    const address = { kind, value: value.join('#') } as const;
    const ofAddress = await table.getMany(
      suppressions,
      suppressionReasons.map((reason) => ({ account, address, reason })),
    );
    return suppressionReasons.map((reason, i) => ({
      stream: reason,
      entryIn: lastRecorded,
      agrees: (entry) => (entry?.to === 'SUPPRESSED' ? entry.at === ofAddress[i]?.at : ofAddress[i] === undefined),
    }));
  }
  const stored = await table.queryOf(consents, {
    pk: profilePk(account, ledgerName),
    prefix: CONSENTS,
    limit: allTopics.length,
  });
  return allTopics.map((topic) => {
    const state = stored.find(({ channel, purpose }) => channel === topic.channel && purpose === topic.type);
    return {
      stream: topicName(topic),
      entryIn: (entries) => entries.at(-1),
      agrees: (entry) => entry?.id === state?.entryId && entry?.to === state?.status,
    };
  });
};

/** A suppression can begin before the end of the previous one, so the order of recording decides. */
const lastRecorded = (entries: readonly Item[]): Item | undefined =>
  entries.toSorted((a, b) => chainNumber(a) - chainNumber(b)).at(-1);

const chainNumber = (item: Item): number => linkOf(item)?.n ?? 0;

const findStateFaults = (entries: readonly Item[], states: readonly State[]): Fault[] =>
  states.flatMap(({ stream, entryIn, agrees }): Fault[] => {
    const own = entries.filter((item) => String(item[definition.sk]).startsWith(`${stream}#`));
    if (agrees(entryIn(own))) return [];
    return [{ kind: 'state', detail: `The state of ${stream.replace('#', ' ')} differs from its last entry.` }];
  });

/** The ledgers of all chains, and those of profiles without a chain, whose chain could have been removed. */
async function* readAllLedgers({ account, table }: Deps): AsyncGenerator<string> {
  const chains = { index: 'gsi1', partitions: chainPartitions(account), descending: false } as const;
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
