import * as v from 'valibot';
import type { Alias } from '../../../model/identity.ts';
import { profilePk } from '../../../model/partition.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Entity } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import type { Consent } from '../records/consent.ts';
import {
  bouncesPk,
  CONSENTS,
  consents,
  LIST_OPT_OUTS,
  type ListOptOut,
  ledgerPk,
  listOptOuts,
  type SoftBounce,
  softBounces,
  suppressions,
} from '../records/store.ts';
import { type Suppression, suppressionReasons } from '../records/suppression.ts';
import { readEntries } from './verify.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PARALLEL = 8;
const MAX_OPT_OUTS = 1_000;
/** In 90 days. */
const MAX_BOUNCES = 10_000;
/** More topics than will ever exist. */
const MAX_TOPICS = 100;

const readRanges = async <Value extends Id, Id>(
  of: Entity<Value, Id>,
  ranges: readonly Parameters<Deps['table']['queryOf']>[1][],
  table: Deps['table'],
): Promise<Value[]> => (await inParallel(ranges, PARALLEL, (range) => table.queryOf(of, range))).flat();

/**
 * Reads the consent states stored under each of these ids. The effective consent of the person follows from all of
 * them.
 */
export const readConsents = (profileIds: readonly string[], { account, table }: Deps): Promise<Consent[]> => {
  const range = { prefix: CONSENTS, limit: MAX_TOPICS };
  return readRanges(
    consents,
    profileIds.map((id) => ({ pk: profilePk(account, id), ...range })),
    table,
  );
};

export const readListOptOuts = (profileIds: readonly string[], { account, table }: Deps): Promise<ListOptOut[]> => {
  const range = { prefix: LIST_OPT_OUTS, limit: MAX_OPT_OUTS };
  return readRanges(
    listOptOuts,
    profileIds.map((id) => ({ pk: profilePk(account, id), ...range })),
    table,
  );
};

/** Reads the suppressions of the addresses among these identifiers. */
export const readSuppressionsOf = async (
  identifiers: readonly Alias[],
  { account, table }: Deps,
): Promise<Suppression[]> => {
  const keys = identifiers.flatMap(({ kind, value }) =>
    kind === 'email' || kind === 'phone_number'
      ? suppressionReasons.map((reason) => ({ account, address: { kind, value }, reason }))
      : [],
  );
  return (await table.getMany(suppressions, keys)).filter((one) => one !== undefined);
};

/** Reads the soft bounces of the e-mail addresses among these identifiers. */
export const readSoftBounces = (identifiers: readonly Alias[], { account, table }: Deps): Promise<SoftBounce[]> => {
  const addresses = identifiers.flatMap(({ kind, value }) => (kind === 'email' ? [{ kind, value }] : []));
  const ranges = addresses.map((address) => ({ pk: bouncesPk(account, address), limit: MAX_BOUNCES }));
  return readRanges(softBounces, ranges, table);
};

const EntryWithWording = v.object({ evidence: v.object({ wordingHash: v.string() }) });

/** Reads the hashes of all wordings that a person has consented to. */
export const readShownWordingHashes = async (profileIds: readonly string[], context: Deps): Promise<string[]> => {
  const entries = await inParallel(profileIds, PARALLEL, (id) => readEntries(ledgerPk(context.account, id), context));
  const hashes = entries.flat().flatMap((entry) => {
    const parsed = v.safeParse(EntryWithWording, entry);
    return parsed.success ? [parsed.output.evidence.wordingHash] : [];
  });
  return [...new Set(hashes)];
};
