import type { Alias } from '../../model/identity.ts';
import { profilePk } from '../../model/partition.ts';
import type { Erase, ErasedPerson, ItemSearch, LedgerEnd } from '../../model/personal-data/erasure.ts';
import type { Person } from '../../model/personal-data/person.ts';
import type { Run } from '../../platform/jobs/run.ts';
import type { Context } from '../accounts/context.ts';
import { filterErased, markErased } from '../erased/actions.ts';
import { removeExports } from '../exports/actions.ts';
import { removeProfiles } from '../profiles/erase.ts';
import { identifiersOf } from '../profiles/records/identifiers.ts';
import type { PersonRecord } from '../profiles/records/person-record.ts';
import { readStoredProfiles } from '../profiles/records/resolve.ts';
import { removeAccessFiles } from './access/remove-access-files.ts';
import { addCounts, type DeletionJob } from './deletions/job.ts';
import { allDeclarations } from './personal-data.ts';
import { removeItems, removePartition } from './remove-items.ts';
import { distinctIdentifiers, findPerson, readFormerOwnerIds } from './subjects/find-person.ts';
import type { Subject } from './subjects/subject.ts';

type Deps = Pick<Context, 'account' | 'table' | 'imports' | 'now' | 'newId'>;

const MAX_ATTEMPTS = 16;

/**
 * Removes the person from the table. Profiles and identifiers come first, so that no request finds or recreates them,
 * then all items of their partitions.
 */
export const eraseFromTable = async (run: Run<DeletionJob>, context: Deps): Promise<void> => {
  const { account, now } = context;
  const { job } = run;
  if (!job.startedAt) await run.save({ startedAt: now().toISOString(), status: 'processing' });
  if (job.stage === 'waiting') await run.save({ stage: 'table' }, { remove: ['claimed'] });
  for (const subject of await readSubjects(run, context)) await eraseProfiles(subject, run, context);
  await eraseRestoredProfiles(run, context);

  const person = {
    profileIds: run.job.profileIds,
    identifiers: await filterStillErased(run.job, context),
    startedAt: run.job.startedAt ?? '',
  };
  await saveLedgerEnds(person, run, context);
  for (const { anonymize } of erasers) await anonymize?.(person, context);
  await removeMatches(({ linkedItems }) => linkedItems, person, run, context);
  for (const id of person.profileIds) await removePartition(profilePk(account, id), run, context);
  for (const { listPartitions } of erasers)
    for (const pk of listPartitions?.(person, account) ?? []) await removePartition(pk, run, context);
  const accessFiles = await removeAccessFiles(person, run.job, context);
  if (accessFiles > 0) await run.save({ removed: addCounts(run.job.removed, { 'bucket/access-file': accessFiles }) });
  const exports = await removeExports({ before: run.job.removedAt ?? '9' }, context);
  if (exports > 0) await run.save({ removed: addCounts(run.job.removed, { 'bucket/export': exports }) });
  await removeMatches(({ namedItems }) => namedItems, person, run, context);
  if (job.passes > 0) return;
  for (const { listFirstPassPartitions } of erasers)
    for (const pk of listFirstPassPartitions?.(person, account) ?? []) await removePartition(pk, run, context);
};

const erasers = allDeclarations.map((holder) => holder.erase);

const saveLedgerEnds = async (person: Person, run: Run<DeletionJob>, context: Deps): Promise<void> => {
  const found: LedgerEnd[] = [];
  for (const { findLedgerEnds } of erasers) found.push(...((await findLedgerEnds?.(person, context)) ?? []));
  const known = new Set(run.job.ledgers.map(({ end }) => end));
  const ends = found.filter(({ end }) => !known.has(end));
  if (ends.length > 0) await run.save({ ledgers: [...run.job.ledgers, ...ends] });
};

const removeMatches = async (
  searchesOf: (erase: Erase) => readonly ItemSearch[] | undefined,
  person: ErasedPerson,
  run: Run<DeletionJob>,
  context: Deps,
): Promise<void> => {
  for (const { name, find } of erasers.flatMap((erase) => searchesOf(erase) ?? []))
    await removeItems(name, await find(person, context), run, context);
};

/** Leaves out identifiers that have signed up again since: they are no longer to be erased. */
const filterStillErased = (job: DeletionJob, { account, table, now }: Deps): Promise<readonly Alias[]> =>
  filterErased(job.identifiers, { account, table, now });

/**
 * Returns the people to erase. If an identifier has no owner, its former owner is looked up once and stored. Otherwise
 * identifiers that they still own would count as given up by others.
 */
const readSubjects = async (run: Run<DeletionJob>, context: Deps): Promise<readonly Subject[]> => {
  const { subject, identifiers } = run.job;
  const isUnowned = subject && !identifiers.some((one) => one.kind === subject.kind && one.value === subject.value);
  const former = isUnowned ? await readFormerOwnerIds(subject, context) : [];
  if (former.length > 0) await run.save({ profileIds: [...new Set([...run.job.profileIds, ...former])] });
  return [
    ...run.job.profileIds.map((value) => ({ kind: 'id' as const, value })),
    ...(isUnowned ? [subject] : []),
    ...(await filterStillErased(run.job, context)),
  ];
};

const eraseProfiles = async (subject: Subject, run: Run<DeletionJob>, context: Deps): Promise<void> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (attempt > 1) run.checkTime();
    const held = await findPerson(subject, context);
    await saveIdentity(held, run, context);
    const [profile, ...sources] = held.profiles;
    if (!profile) return;
    const counts = { 'table/profile': held.profiles.length, 'table/identifier': identifiersOf(profile).length };
    const set = { removed: addCounts(run.job.removed, counts) };
    if (await removeProfiles([profile, ...sources], [run.saving(set)], context)) {
      run.saved(set);
      return;
    }
  }
  throw new Error('The profile has changed at every attempt.');
};

/**
 * Undoing a merge during the erasure restores a profile of the person. It is erased as a whole: removing only its
 * partition would leave its identifiers and its merged profiles.
 */
const eraseRestoredProfiles = async (run: Run<DeletionJob>, context: Deps): Promise<void> => {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [left] = await readStoredProfiles(run.job.profileIds, context);
    if (!left) return;
    run.checkTime();
    await eraseProfiles({ kind: 'id', value: left.id }, run, context);
  }
  throw new Error('A merge was undone at every attempt.');
};

/** Saves all ids and identifiers before the removal. Afterwards, nothing links them. */
const saveIdentity = async (
  { profileIds, identifiers }: PersonRecord,
  run: Run<DeletionJob>,
  context: Deps,
): Promise<void> => {
  const { job } = run;
  const ids = [...new Set([...job.profileIds, ...profileIds])];
  const all = distinctIdentifiers([...job.identifiers, ...identifiers]);
  if (ids.length === job.profileIds.length && all.length === job.identifiers.length) return;
  // Marked first: a saved identifier without a mark counts as signed up again.
  await markErased(all.slice(job.identifiers.length), job.id, context);
  await run.save({ profileIds: ids, identifiers: all });
};
