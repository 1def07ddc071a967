import { verifyAccount } from '../../functions/domains/consent/ledger/verify.ts';
import type { Facts, Fault } from './judge.ts';
import { allOf } from './state.ts';
import { meetsChange } from './writes.ts';

/** Ledgers are whole and say what holds, nothing is recorded twice, and whoever is suppressed gets nothing. */
export const consentFaults = async ({ world, kind, done, seen, items }: Facts): Promise<Fault[]> => {
  const faults: Fault[] = [];
  for await (const { ledger, faults: found } of verifyAccount(world.context()))
    if (found.length > 0)
      faults.push({ about: [ledger.split('#').at(-1) ?? ''], detail: `${ledger}: ${JSON.stringify(found)}` });
  const entries = Map.groupBy(
    items.filter(({ type }) => type === 'consent_ledger_entry'),
    ({ source, pk }) => `${source} ${pk}`,
  );
  for (const one of done) {
    if ((one.step.does !== 'subscribe' && one.step.does !== 'unsubscribe') || one.status >= 300 || one.attempts > 1)
      continue;
    const own = [...entries].filter(([key]) => key.startsWith(`${one.token} `));
    for (const [key, some] of own)
      if (some.length > 1 && (kind === 'plain' || !meetsChange(one, done)))
        faults.push({ about: [one.token], detail: `${key} is recorded ${some.length} times.` });
  }
  for (const { id, marketing } of seen) {
    const { consent, can_receive_email_marketing: mayReceive, suppression } = marketing;
    if (mayReceive && (suppression.length > 0 || consent === 'UNSUBSCRIBED'))
      faults.push({ about: [id], detail: `${id} gets mail in spite of ${JSON.stringify(marketing)}.` });
  }
  return faults;
};

/** A list counts its members, each of whom is there once. */
export const listFaults = async ({ world }: Facts): Promise<Fault[]> => {
  const faults: Fault[] = [];
  for (const list of world.lists) {
    const members = (await allOf(world, `/api/lists/${list}/profiles?page[size]=50`)).map(({ id }) => id);
    const { body } = await world.send('GET', `/api/lists/${list}?additional-fields[list]=profile_count`, undefined);
    const count = body.data.attributes.profile_count;
    if (count !== members.length || new Set(members).size !== members.length)
      faults.push({ about: members, detail: `${list} counts ${count} members, who are [${members}].` });
  }
  return faults;
};
