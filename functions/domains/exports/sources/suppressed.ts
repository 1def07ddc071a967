import { spellingsOf } from '../../../model/email.ts';
import { listPage } from '../../../platform/table/listing/pages.ts';
import { suppressionPartitions, suppressions } from '../../consent/records/store.ts';
import { suppressionReasons } from '../../consent/records/suppression.ts';
import { readIdentifierOwnersOfMany, readProfilesById } from '../../profiles/records/resolve.ts';
import { personRecord } from './person.ts';
import type { RecordPage, SourceDeps } from './source.ts';

const PAGE = 100;

/** Reads suppressed addresses that are not the own address of any profile, each once with all its reasons. */
export async function* readSuppressedStrangers(
  behind: string | undefined,
  context: SourceDeps,
): AsyncGenerator<RecordPage> {
  const { account, table } = context;
  const partitions = suppressionReasons.flatMap((reason) => suppressionPartitions(account, 'email', reason));
  const listing = { index: 'gsi1', partitions, descending: false, size: PAGE } as const;
  let after = behind;
  for (;;) {
    const { items } = await listPage(table, { ...listing, ...(after !== undefined && { after }) });
    const places = items.map(({ gsi1sk }) => String(gsi1sk));
    const last = places.at(-1);
    if (last === undefined) return;
    yield { records: await strangersAt(places, context), place: last };
    after = last;
  }
}

const strangersAt = async (places: readonly string[], context: SourceDeps) => {
  const { account, table } = context;
  const found = places.map((place) => {
    const [at = '', reason = '', ...address] = place.split('#');
    return { at, reason, email: address.join('#') };
  });
  const owned = await ownAddresses(
    found.map(({ email }) => email),
    context,
  );
  const strangers = found.filter(({ email }) => !owned.has(email));
  const reasons = await table.getMany(
    suppressions,
    strangers.flatMap(({ email: value }) =>
      suppressionReasons.map((reason) => ({ account, address: { kind: 'email' as const, value }, reason })),
    ),
  );
  return strangers.flatMap(({ email, reason }, i) => {
    const first = i * suppressionReasons.length;
    const own = reasons.slice(first, first + suppressionReasons.length).flatMap((one) => one ?? []);
    if (own[0]?.reason !== reason) return [];
    return [{ ...personRecord({ email }), suppressions: own.map((one) => ({ reason: one.reason, at: one.at })) }];
  });
};

/** The addresses that are the own one of a profile, which has their suppressions. */
const ownAddresses = async (emails: readonly string[], context: SourceDeps): Promise<ReadonlySet<string>> => {
  const owners = await readIdentifierOwnersOfMany(
    emails.map((email) => ({ email })),
    context,
  );
  const ids = owners.map(([own]) => own?.owner);
  const profileById = await readProfilesById([...new Set(ids.filter((id) => id !== undefined))], context);
  return new Set(
    emails.filter((email, i) => {
      const own = profileById.get(ids[i] ?? '')?.email;
      return own !== undefined && spellingsOf('email', own).includes(email);
    }),
  );
};
