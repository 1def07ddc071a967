import * as v from 'valibot';
import { profilePk } from '../../../model/partition.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { Link } from './chain.ts';
import { Address, Consent, LedgerEntry } from './consent.ts';
import { topicName } from './decide.ts';
import { Suppression, SuppressionEntry, type SuppressionReason } from './suppression.ts';

export const CONSENTS = 'CONSENT#';

export const consents = entity({
  type: 'consent',
  schema: Consent,
  key: ({ account, profileId, channel, purpose }: Pick<Consent, 'account' | 'profileId' | 'channel' | 'purpose'>) => ({
    pk: profilePk(account, profileId),
    sk: `${CONSENTS}${topicName({ channel, type: purpose })}`,
  }),
});

/** A separate partition, so that IAM can deny updates and deletes on it. */
export const ledgerPk = (account: string, profileId: string): string => `A#${account}${LEDGER}${profileId}`;
/** The partition with the suppression ledger of an address. */
export const addressLedgerPk = (account: string, { kind, value }: Address): string =>
  `A#${account}${LEDGER}${kind}#${value}`;

/** Whether a partition is a ledger, of a profile or of an address. */
export const isLedger = (pk: string): boolean => pk.includes(LEDGER);

const LEDGER = '#LEDGER#';

const entrySk = (stream: string, { at, id }: { readonly at: string; readonly id: string }): string =>
  `${stream}#${at}#${id}`;

type EntryId = Pick<LedgerEntry, 'account' | 'profileId' | 'channel' | 'purpose' | 'at' | 'id'>;

export const ledger = entity({
  type: 'consent_ledger_entry',
  isAppendOnly: true,
  schema: LedgerEntry,
  key: (entry: EntryId) => ({
    pk: ledgerPk(entry.account, entry.profileId),
    sk: entrySk(topicName({ channel: entry.channel, type: entry.purpose }), entry),
  }),
});

export const LIST_STREAM = 'list';

/** Entries about single lists. They do not decide whether a person may get messages at all. */
export const listLedger = entity({
  type: 'consent_ledger_list_entry',
  isAppendOnly: true,
  schema: LedgerEntry,
  key: (entry: EntryId) => ({
    pk: ledgerPk(entry.account, entry.profileId),
    sk: entrySk(LIST_STREAM, entry),
  }),
});

const ListOptOut = v.object({ account: v.string(), profileId: v.string(), listId: v.string(), at: v.string() });
export type ListOptOut = v.InferOutput<typeof ListOptOut>;

export const LIST_OPT_OUTS = 'LISTOPTOUT#';

const optOutsPk = (account: string, shard: number, listId?: string): string =>
  `A#${account}#LISTOPTOUTS#${listId === undefined ? '' : `${listId}#`}${shard}`;

/** The index partitions that list the opt-outs of one list, or of all, by time. */
export const optOutPartitions = (account: string, listId?: string) =>
  ({
    index: listId === undefined ? 'gsi2' : 'gsi1',
    partitions: shardsOf((shard) => optOutsPk(account, shard, listId)),
  }) as const;

/** Exists while a person does not want the e-mails of one list. */
export const listOptOuts = entity({
  type: 'list_opt_out',
  schema: ListOptOut,
  key: ({ account, profileId, listId }: Pick<ListOptOut, 'account' | 'profileId' | 'listId'>) => ({
    pk: profilePk(account, profileId),
    sk: `${LIST_OPT_OUTS}${listId}`,
  }),
  indexes: ({ account, profileId, listId, at }) => {
    const sk = `${at}#${profileId}#${listId}`;
    const shard = shardOf(profileId);
    return {
      gsi1: { pk: optOutsPk(account, shard, listId), sk },
      gsi2: { pk: optOutsPk(account, shard), sk },
    };
  },
});

const suppressedPk = (account: string, kind: Address['kind'], reason: SuppressionReason, shard: number): string =>
  `A#${account}#SUPPRESSED#${kind}#${reason}#${shard}`;

/** The partitions that list the addresses suppressed for a reason, by time. */
export const suppressionPartitions = (account: string, kind: Address['kind'], reason: SuppressionReason): string[] =>
  shardsOf((shard) => suppressedPk(account, kind, reason, shard));

/** One item per reason, since each is added and lifted independently. */
export const suppressions = entity({
  type: 'suppression',
  schema: Suppression,
  key: ({ account, address, reason }: Pick<Suppression, 'account' | 'address' | 'reason'>) => ({
    pk: `A#${account}#SUPPRESSION#${address.kind}#${address.value}`,
    sk: reason,
  }),
  indexes: ({ account, address, reason, at }) => ({
    gsi1: {
      pk: suppressedPk(account, address.kind, reason, shardOf(address.value)),
      sk: `${at}#${reason}#${address.value}`,
    },
  }),
});

export const suppressionLedger = entity({
  type: 'suppression_ledger_entry',
  isAppendOnly: true,
  schema: SuppressionEntry,
  key: ({
    account,
    address,
    reason,
    at,
    id,
  }: Pick<SuppressionEntry, 'account' | 'address' | 'reason' | 'at' | 'id'>) => ({
    pk: addressLedgerPk(account, address),
    sk: entrySk(reason, { at, id }),
  }),
});

const SoftBounce = v.object({
  account: v.string(),
  address: Address,
  id: v.string(),
  at: v.string(),
  expiresAt: v.number(),
});

export type SoftBounce = v.InferOutput<typeof SoftBounce>;

export const bouncesPk = (account: string, { kind, value }: Address): string => `A#${account}#BOUNCES#${kind}#${value}`;

/** Mails that could temporarily not be delivered, by time. */
export const softBounces = entity({
  type: 'soft_bounce',
  schema: SoftBounce,
  key: ({ account, address, at, id }: Pick<v.InferOutput<typeof SoftBounce>, 'account' | 'address' | 'at' | 'id'>) => ({
    pk: bouncesPk(account, address),
    sk: `${at}#${id}`,
  }),
});

const ChainHead = v.object({
  account: v.string(),
  /** The partition whose entries it chains. */
  ledger: v.string(),
  ...v.pick(Link, ['n', 'hash']).entries,
});
export type ChainHead = v.InferOutput<typeof ChainHead>;

/** The partitions that list all chains of an account. */
export const chainPartitions = (account: string): string[] => shardsOf((shard) => `A#${account}#CHAINS#${shard}`);

/** The end of a ledger's chain. Stored outside of the ledger's partition, where nothing may be updated. */
export const chainHeads = entity({
  type: 'consent_chain_head',
  schema: ChainHead,
  key: ({ ledger }: Pick<ChainHead, 'ledger'>) => ({ pk: ledger.replace(LEDGER, '#CHAIN#'), sk: 'HEAD' }),
  indexes: ({ account, ledger }) => ({
    gsi1: { pk: `A#${account}#CHAINS#${shardOf(ledger)}`, sk: ledger },
  }),
});
