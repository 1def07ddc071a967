import type { Facts, Fault } from './judge.ts';

const ownWords: ReadonlySet<string> = new Set([
  'consent',
  'consent_ledger_entry',
  'consent_ledger_list_entry',
  'list_opt_out',
]);

/** Whoever was erased is nowhere, unless they were named again. */
export const erasureFaults = ({ done, items, erasedIds, stored, jobs }: Facts): Fault[] => {
  const faults: Fault[] = [];
  for (const id of erasedIds)
    if (stored.has(id)) faults.push({ about: [id], detail: `${id} was erased, and is there.` });
  // A former holder of an address stays, with what they said by it in their ledger, whose chain would break otherwise.
  const isOfFormerHolder = ({ type, profileId }: Facts['items'][number]): boolean =>
    ownWords.has(String(type)) && !erasedIds.has(String(profileId));
  const text = items
    .filter((item) => item.type !== 'deletion_job' && !isOfFormerHolder(item))
    .map((item) => JSON.stringify(item));
  const holding = (part: string) => text.filter((item) => item.includes(part));
  for (const erase of done.filter(({ step, status }) => step.does === 'erase' && status < 300)) {
    const ids: readonly string[] = jobs.find(({ id }) => id === erase.job)?.attributes.profile_ids ?? [];
    for (const {
      step,
      token,
      ids: [id = ''],
      ended,
      status,
      attempts,
    } of done) {
      const isOwn = step.does === 'create' || step.does === 'upsert' || step.does === 'patch';
      const isBefore = isOwn && status < 300 && attempts === 1 && ended < erase.began && ids.includes(id);
      const [left] = isBefore ? holding(token) : [];
      if (left) faults.push({ about: [token, id], detail: `${token} of the erased ${id} stands in ${left}.` });
    }
    const email = erase.step.names.email ?? '';
    const isNamedLater = done.some(
      (one) => one !== erase && one.ended > erase.began && JSON.stringify(one).includes(email),
    );
    const [left] = isNamedLater ? [] : holding(email);
    if (left) faults.push({ about: [email], detail: `The erased ${email} stands in ${left}.` });
  }
  return faults;
};
