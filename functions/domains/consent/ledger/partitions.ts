import type { Person } from '../../../model/personal-data/person.ts';
import type { Context } from '../../accounts/context.ts';
import type { Address } from '../records/consent.ts';
import { addressLedgerPk, bouncesPk, chainHeads, ledger, ledgerPk, suppressions } from '../records/store.ts';
import { entriesOf } from './verify.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const addressesOf = ({ identifiers }: Person): Address[] =>
  identifiers.flatMap(({ kind, value }) => (kind === 'email' || kind === 'phone_number' ? [{ kind, value }] : []));

/** The ledgers of a person: of each of their ids, and of each of their addresses. */
export const ledgersOf = (person: Person, account: string): string[] => [
  ...person.profileIds.map((id) => ledgerPk(account, id)),
  ...addressesOf(person).map((address) => addressLedgerPk(account, address)),
];

/** The partitions beside a person's own that say something of their consent: ledgers, the ends of these, suppressions. */
export const consentPartitions = (person: Person, account: string): string[] => [
  ...ledgersOf(person, account).flatMap((of) => [of, chainHeads.key({ ledger: of }).pk]),
  ...addressesOf(person).flatMap((address) => [
    suppressions.key({ account, address, reason: 'UNSUBSCRIBE' }).pk,
    bouncesPk(account, address),
  ]),
];

/** The ends of chains that are there. */
export const endsOf = async (ledgers: readonly string[], { table }: Pick<Deps, 'table'>) => {
  const heads = await table.getMany(
    chainHeads,
    ledgers.map((of) => ({ ledger: of })),
  );
  return heads.flatMap((head) => (head ? [{ entries: head.n, end: head.hash }] : []));
};

/** Every address with consent under these ids, also those that the profile no longer has. */
export const addressesInLedger = async (profileIds: readonly string[], context: Deps): Promise<Address[]> => {
  const found = new Map<string, Address>();
  for (const id of profileIds) {
    for (const item of await entriesOf(ledgerPk(context.account, id), context)) {
      const { address } = ledger.fromItem(item);
      if (address) found.set(`${address.kind} ${address.value}`, address);
    }
  }
  return [...found.values()];
};
