import * as v from 'valibot';
import type { Alias } from '../../../model/identity.ts';
import { profilePk } from '../../../model/partition.ts';
import { inParallel } from '../../../platform/parallel.ts';
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
import { entriesOf } from './verify.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PARALLEL = 8;
const MAX_OPT_OUTS = 1_000;
/** Of 90 days. */
const MAX_BOUNCES = 10_000;
/** More than there will ever be. */
const MAX_TOPICS = 100;

/** What is stored of consent under each of these ids: what holds for the person follows from all of them. */
export const statesUnder = async (profileIds: readonly string[], { account, table }: Deps): Promise<Consent[]> => {
  const found = await inParallel(profileIds, PARALLEL, (id) =>
    table.queryOf(consents, { pk: profilePk(account, id), prefix: CONSENTS, limit: MAX_TOPICS }),
  );
  return found.flat();
};

export const optOutsUnder = async (profileIds: readonly string[], { account, table }: Deps): Promise<ListOptOut[]> => {
  const found = await inParallel(profileIds, PARALLEL, (id) =>
    table.queryOf(listOptOuts, { pk: profilePk(account, id), prefix: LIST_OPT_OUTS, limit: MAX_OPT_OUTS }),
  );
  return found.flat();
};

/** What the addresses and numbers among some identifiers are suppressed for. */
export const suppressionsAt = async (
  identifiers: readonly Alias[],
  { account, table }: Deps,
): Promise<Suppression[]> => {
  const asked = identifiers.flatMap(({ kind, value }) =>
    kind === 'email' || kind === 'phone_number'
      ? suppressionReasons.map((reason) => ({ account, address: { kind, value }, reason }))
      : [],
  );
  return (await table.getMany(suppressions, asked)).filter((one) => one !== undefined);
};

/** Mails that could not be delivered for a while, to the addresses among some identifiers. */
export const softBouncesAt = async (identifiers: readonly Alias[], { account, table }: Deps): Promise<SoftBounce[]> => {
  const addresses = identifiers.flatMap(({ kind, value }) => (kind === 'email' ? [{ kind, value }] : []));
  const found = await inParallel(addresses, PARALLEL, (address) =>
    table.queryOf(softBounces, { pk: bouncesPk(account, address), limit: MAX_BOUNCES }),
  );
  return found.flat();
};

const Shown = v.object({ evidence: v.object({ wordingHash: v.string() }) });

/** Hashes of all that was shown to a person who then said something. */
export const wordingsShown = async (profileIds: readonly string[], context: Deps): Promise<string[]> => {
  const entries = await inParallel(profileIds, PARALLEL, (id) => entriesOf(ledgerPk(context.account, id), context));
  const hashes = entries.flat().flatMap((entry) => {
    const read = v.safeParse(Shown, entry);
    return read.success ? [read.output.evidence.wordingHash] : [];
  });
  return [...new Set(hashes)];
};
