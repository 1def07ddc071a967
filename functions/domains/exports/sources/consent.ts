import * as v from 'valibot';
import { isSameAddress } from '../../../model/email.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { listPage } from '../../../platform/table/listing/pages.ts';
import { readEntries } from '../../consent/ledger/verify.ts';
import { linkOf } from '../../consent/records/chain.ts';
import { Address, Channel, ConsentType, type LedgerEntry } from '../../consent/records/consent.ts';
import { chainPartitions, ledger, listLedger, suppressionLedger, suppressions } from '../../consent/records/store.ts';
import type { SuppressionEntry } from '../../consent/records/suppression.ts';
import { readProfilesById } from '../../profiles/records/resolve.ts';
import { isImportable, PersonRecord, personCells, personColumns, personRecord } from './person.ts';
import { SUPPRESSIONS, suppressionCells } from './profile-columns.ts';
import type { RecordPage, Source, SourceDeps } from './source.ts';
import { consentCells, consentColumns } from './topics.ts';

/** Ledgers, of some entries each. */
const PAGE = 50;
const PARALLEL = 8;

const Evidence = v.looseObject({
  method: v.optional(v.string()),
  source: v.optional(v.string()),
  basis: v.optional(v.string()),
});

const EntryRecord = v.object({
  kind: v.picklist(['consent', 'list', 'suppression']),
  channel: v.optional(Channel),
  type: v.optional(ConsentType),
  reason: v.optional(v.string()),
  to: v.string(),
  at: v.string(),
  is_in_force: v.optional(v.boolean()),
  address: v.nullable(Address),
  evidence: v.nullable(Evidence),
  profile: PersonRecord,
});

/** All ledgers, the entries of each in the order in which they were recorded. */
export const consent: Source = {
  columns: [
    ...personColumns,
    ...consentColumns,
    'Consent Source',
    'Consent Basis',
    SUPPRESSIONS,
    `${SUPPRESSIONS} Timestamp`,
  ],

  async *read(behind, context) {
    const listing = { index: 'gsi1', partitions: chainPartitions(context.account), descending: false } as const;
    let after = behind;
    for (;;) {
      const range = { ...listing, size: PAGE, ...(after !== undefined && { after }) };
      const ledgers = (await listPage(context.table, range)).items.map(({ gsi1sk }) => String(gsi1sk));
      const last = ledgers.at(-1);
      if (last === undefined) return;
      yield await pageOf(ledgers, last, context);
      after = last;
    }
  },

  toRow(item) {
    const { kind, channel, type, address, evidence, profile, ...entry } = v.parse(EntryRecord, item);
    if (kind === 'suppression') {
      // A file lifts no suppression, so it has those that are in force.
      if (!entry.is_in_force || !address || address.kind !== 'email') return undefined;
      return { cells: { Email: address.value, ...suppressionCells([{ reason: entry.reason ?? '', at: entry.at }]) } };
    }
    const cells = channel && type && consentCells({ channel, type, status: entry.to, at: entry.at });
    const person = personAt(profile, address);
    if (kind === 'list' || !cells || !isImportable(person)) return undefined;
    const source = evidence?.source ?? evidence?.method ?? '';
    return {
      cells: { ...personCells(person), ...cells, 'Consent Source': source, 'Consent Basis': evidence?.basis ?? '' },
    };
  },
};

/** Consent for a former address belongs to that address: a row with both would change the profile. */
const personAt = (profile: PersonRecord, address: Address | null): PersonRecord =>
  !address || isSameAddress(profile[address.kind] ?? undefined, address.value)
    ? profile
    : { [address.kind]: address.value };

const pageOf = async (ledgers: readonly string[], place: string, context: SourceDeps): Promise<RecordPage> => {
  const items = (await inParallel(ledgers, PARALLEL, (one) => readEntries(one, context))).map((entries) =>
    entries.toSorted((a, b) => (linkOf(a)?.n ?? 0) - (linkOf(b)?.n ?? 0)),
  );
  const all = items.flat();
  const ofProfiles = all.filter(({ type }) => type !== suppressionLedger.type).map((item) => ledger.fromItem(item));
  const profileById = await readProfilesById([...new Set(ofProfiles.map(({ profileId }) => profileId))], context);
  const inForce = await readInForce(all, context);
  const records = all.flatMap((item): Item[] => {
    if (item.type === suppressionLedger.type) {
      const entry = suppressionLedger.fromItem(item);
      return [suppressionRecord(entry, inForce.has(keyOf(entry)))];
    }
    const entry = ledger.fromItem(item);
    const profile = profileById.get(entry.profileId);
    if (!profile) return [];
    const kind = item.type === listLedger.type ? 'list' : 'consent';
    return [{ kind, ...entryRecord(entry), profile: { id: profile.id, ...personRecord(profile) } }];
  });
  return { records, place };
};

const keyOf = ({ address, reason, at }: Pick<SuppressionEntry, 'address' | 'reason' | 'at'>): string =>
  `${address.kind} ${address.value} ${reason} ${at}`;

/** The suppressions of these entries that are in force. */
const readInForce = async (items: readonly Item[], { account, table }: SourceDeps): Promise<ReadonlySet<string>> => {
  const entries = items.filter(({ type }) => type === suppressionLedger.type).map(suppressionLedger.fromItem);
  const keys = new Map(entries.map(({ address, reason }) => [`${address.value} ${reason}`, { address, reason }]));
  const found = await table.getMany(
    suppressions,
    [...keys.values()].map((key) => ({ account, ...key })),
  );
  return new Set(found.flatMap((one) => (one ? [keyOf(one)] : [])));
};

const entryRecord = ({ account: _, profileId: __, purpose, listId, recordedAt, isLate, ...entry }: LedgerEntry) => ({
  ...entry,
  type: purpose,
  address: entry.address ?? null,
  recorded_at: recordedAt,
  list_id: listId ?? null,
  is_late: isLate ?? false,
});

const suppressionRecord = ({ account: _, recordedAt, ...entry }: SuppressionEntry, isInForce: boolean): Item => ({
  kind: 'suppression',
  ...entry,
  recorded_at: recordedAt,
  evidence: entry.evidence ?? null,
  is_in_force: entry.to === 'SUPPRESSED' && isInForce,
  profile:
    entry.address.kind === 'email'
      ? personRecord({ email: entry.address.value })
      : personRecord({ phone_number: entry.address.value }),
});
