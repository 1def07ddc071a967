import type { Person } from '../../../model/personal-data/person.ts';
import type { Context } from '../../accounts/context.ts';
import type { Address } from '../records/consent.ts';
import { addressLedgerPk, bouncesPk, chainHeads, ledger, ledgerPk, suppressions } from '../records/store.ts';
import { readEntries } from './verify.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const addressesOf = ({ identifiers }: Person): Address[] =>
  identifiers.flatMap(({ kind, value }) => (kind === 'email' || kind === 'phone_number' ? [{ kind, value }] : []));

/** The ledgers of a person: one per id and one per address. */
export const ledgersOfPerson = (person: Person, account: string): string[] => [
  ...person.profileIds.map((id) => ledgerPk(account, id)),
  ...addressesOf(person).map((address) => addressLedgerPk(account, address)),
];

/**
 * Partitions besides a person's own that contain consent data: ledgers, their chain heads, suppressions and bounces.
 */
export const consentPartitions = (person: Person, account: string): string[] => [
  ...ledgersOfPerson(person, account).flatMap((of) => [of, chainHeads.key({ ledger: of }).pk]),
  ...addressesOf(person).flatMap((address) => [
    suppressions.key({ account, address, reason: 'UNSUBSCRIBE' }).pk,
    bouncesPk(account, address),
  ]),
];

/** Reads the ends of those chains that exist. */
export const readChainEnds = async (ledgers: readonly string[], { table }: Pick<Deps, 'table'>) => {
  const heads = await table.getMany(
    chainHeads,
    ledgers.map((of) => ({ ledger: of })),
  );
  return heads.flatMap((head) => (head ? [{ entries: head.n, end: head.hash }] : []));
};

/** Reads every address with consent under these ids, including former ones. */
export const readLedgerAddresses = async (profileIds: readonly string[], context: Deps): Promise<Address[]> => {
  const addressByKey = new Map<string, Address>();
  for (const id of profileIds) {
    for (const item of await readEntries(ledgerPk(context.account, id), context)) {
      const { address } = ledger.fromItem(item);
      if (address) addressByKey.set(`${address.kind} ${address.value}`, address);
    }
  }
  return [...addressByKey.values()];
};
