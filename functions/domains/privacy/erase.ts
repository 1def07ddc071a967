import { inAllSpellings } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { profilePk } from '../../model/partition.ts';
import { defineJob } from '../../platform/jobs/define.ts';
import { byStatus, type Lifecycle } from '../../platform/jobs/lifecycle.ts';
import type { Run } from '../../platform/jobs/run.ts';
import { stateIn } from '../../platform/jobs/state.ts';
import type { Item } from '../../platform/table/entity.ts';
import { put } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { receiptsOf } from '../bulk-imports/erase.ts';
import { consentPartitions, endsOf, ledgersOf, type Person } from '../consent/ledger/partitions.ts';
import { limitPartitions, optInsOf } from '../consent/opt-in/erase.ts';
import { erasedAmong, markErased } from '../erased/actions.ts';
import { forgetMetricNames } from '../events/erase.ts';
import { removeProfiles, undoneMergesOf } from '../profiles/erase.ts';
import { forgetFormer } from '../profiles/forget.ts';
import { tokenOwnersOf } from '../profiles/push-tokens/erase.ts';
import { formerHolders, formerIdentifiers } from '../profiles/records/former.ts';
import { heldBy } from '../profiles/records/held-identifiers.ts';
import { storedProfiles } from '../profiles/records/resolve.ts';
import { forgetAccess } from './access/forget.ts';
import { type DeletionJob, ERASE, SWEEP, summed } from './deletions/job.ts';
import { deletionJobs } from './deletions/store.ts';
import { different, formerIdsOf, type Held, heldBySubject } from './subjects/held.ts';
import type { Subject } from './subjects/subject.ts';
import { waiting } from './sweep-job.ts';
import { removeItems, wipe } from './wipe.ts';

/** So long a sweep waits for others who are asked to be erased. */
const GATHER_SECONDS = 10;

type Reach = Pick<Context, 'account' | 'table' | 'imports' | 'now' | 'newId'>;

/** What a job's status was that failed where it stands. */
const statusAt = ({ removedAt, startedAt }: DeletionJob): DeletionJob['status'] => {
  if (removedAt !== undefined) return 'settling';
  return startedAt === undefined ? 'queued' : 'processing';
};

const lifecycle: Lifecycle<DeletionJob> = {
  ...byStatus,
  statusOf: ({ status }) => (status === 'settling' ? 'processing' : status),
  isUnchanged: (job) => ({ all: [byStatus.isUnchanged(job), { attribute: 'stage', is: '=', value: job.stage }] }),
  begin: () => ({}),
  fail: (_, error) => ({ set: { status: 'failed', error } }),
  reopen: (job) => ({ set: { status: statusAt(job) }, remove: ['error'] }),
};

const waitsUntil = ({ stage, nextAt }: DeletionJob): Date | undefined =>
  stage === 'waiting' && nextAt !== undefined ? new Date(nextAt) : undefined;

/** Erases a person from the table, then lets a sweep erase them from the files; and once more, when that time has come. */
export const erasure = defineJob({
  name: ERASE,
  state: stateIn(deletionJobs),
  lifecycle,
  waitsUntil,
  absence: (id) => `There is no deletion job ${id}.`,

  async step(run, context) {
    const due = waitsUntil(run.job);
    if (due && due > context.now()) return { kind: 'wait', until: { at: due, now: context.now() } };
    if (run.job.stage !== 'files') {
      await eraseFromTable(run, context);
      await run.save({ stage: 'files' });
    }
    const { account, id } = run.job;
    await context.table.write(put(waiting, { account, job: id }));
    await context.queue().send({ kind: SWEEP, account }, GATHER_SECONDS);
    return { kind: 'rest' };
  },
});

const TRIES = 16;

/** Removes the person from the table: first so that nobody finds or makes them, then all that stands under what they were. */
const eraseFromTable = async (run: Run<DeletionJob>, context: Reach): Promise<void> => {
  const { account, table, now } = context;
  const { job } = run;
  if (!job.startedAt) await run.save({ startedAt: now().toISOString(), status: 'processing' });
  if (job.stage === 'waiting') await run.save({ stage: 'table' }, { remove: ['claimed'] });
  for (const subject of await subjectsOf(run, context)) await eraseProfiles(subject, run, context);
  await eraseLeft(run, context);

  const person = { profileIds: run.job.profileIds, identifiers: await stillErased(run.job, context) };
  const ledgers = await endsOf(ledgersOf(person, account), { table });
  const known = new Set(run.job.ledgers.map(({ end }) => end));
  const ends = ledgers.filter(({ end }) => !known.has(end));
  if (ends.length > 0) await run.save({ ledgers: [...run.job.ledgers, ...ends] });
  await forgetMetricNames(person.identifiers, context);
  await removeItems('formers', await forgottenBy(person, context), run, context);
  await removeItems('merges', await undoneMergesOf(person.profileIds, context), run, context);
  await removeItems('push-tokens', await tokenOwnersOf(person.profileIds, context), run, context);
  for (const id of person.profileIds) await wipe(profilePk(account, id), run, context);
  for (const pk of consentPartitions(person, account)) await wipe(pk, run, context);
  const handedOut = await forgetAccess(person, run.job, context);
  if (handedOut > 0) await run.save({ removed: summed(run.job.removed, { 'bucket/access-file': handedOut }) });
  await removeItems('receipts', await receiptsOf(person.profileIds, context), run, context);
  const asked = { ...person, before: run.job.startedAt ?? '' };
  await removeItems('opt-ins', await optInsOf(asked, context), run, context);
  if (job.passes === 0) for (const pk of limitPartitions(person, account)) await wipe(pk, run, context);
};

/** Who came back by themselves meanwhile is no more to be erased. */
const stillErased = (job: DeletionJob, { account, table, now }: Reach): Promise<readonly Alias[]> =>
  erasedAmong(job.identifiers, { account, table, now });

/**
 * Who is to be erased. Whoever gave the identifier up before, where nobody holds it, is found once, and written down: what
 * they have besides would else be taken for what another gave up.
 */
const subjectsOf = async (run: Run<DeletionJob>, context: Reach): Promise<readonly Subject[]> => {
  const { subject, identifiers } = run.job;
  const isOpen = subject && !identifiers.some((one) => one.kind === subject.kind && one.value === subject.value);
  const former = isOpen ? await formerIdsOf(subject, context) : [];
  if (former.length > 0) await run.save({ profileIds: [...new Set([...run.job.profileIds, ...former])] });
  return [
    ...run.job.profileIds.map((value) => ({ kind: 'id' as const, value })),
    ...(isOpen ? [subject] : []),
    ...(await stillErased(run.job, context)),
  ];
};

/** That others had these identifiers before, once nothing else of them tells which: items to be removed. */
const forgottenBy = async ({ profileIds, identifiers }: Person, context: Reach): Promise<readonly Item[]> => {
  const found: Item[] = [];
  for (const identifier of identifiers) {
    for (const holder of await formerHolders(identifier, context)) {
      if (profileIds.includes(holder)) continue;
      const gone = inAllSpellings([identifier]);
      await forgetFormer(gone, holder, context);
      const keys = gone.map(({ kind, value }) =>
        formerIdentifiers.key({ account: context.account, profileId: holder, kind, value }),
      );
      found.push(...(await context.table.getItems(keys)).filter((item) => item !== undefined));
    }
  }
  return found;
};

const eraseProfiles = async (subject: Subject, run: Run<DeletionJob>, context: Reach): Promise<void> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (attempt > 1) run.checkTime();
    const held = await heldBySubject(subject, context);
    await remember(held, run, context);
    const [profile, ...sources] = held.profiles;
    if (!profile) return;
    const counts = { 'table/profile': held.profiles.length, 'table/identifier': heldBy(profile).length };
    const set = { removed: summed(run.job.removed, counts) };
    if (await removeProfiles([profile, ...sources], [run.saving(set)], context)) {
      run.saved(set);
      return;
    }
  }
  throw new Error('The profile changes all the time.');
};

/**
 * A merge that is undone while the person is erased leaves a profile that is written down as theirs. It goes as a whole:
 * wiped like those that are gone, it would leave its identifiers behind, and what was merged into it.
 */
const eraseLeft = async (run: Run<DeletionJob>, context: Reach): Promise<void> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const [left] = await storedProfiles(run.job.profileIds, context);
    if (!left) return;
    run.checkTime();
    await eraseProfiles({ kind: 'id', value: left.id }, run, context);
  }
  throw new Error('Profiles are merged and undone all the time.');
};

/** Written down before anything is removed: afterwards nothing tells what belonged together. */
const remember = async ({ profileIds, identifiers }: Held, run: Run<DeletionJob>, context: Reach): Promise<void> => {
  const { job } = run;
  const ids = [...new Set([...job.profileIds, ...profileIds])];
  const all = different([...job.identifiers, ...identifiers]);
  if (ids.length === job.profileIds.length && all.length === job.identifiers.length) return;
  // First, since those that are written down count as marked, or as back again.
  await markErased(all.slice(job.identifiers.length), job.id, context);
  await run.save({ profileIds: ids, identifiers: all });
};
