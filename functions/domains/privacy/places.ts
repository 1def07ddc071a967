import type { Alias } from '../../model/identity.ts';
import type { Services } from '../../platform/resources/services.ts';
import { type Files, type FileVersion, removeVersions } from '../../platform/storage/files.ts';
import type { Context } from '../accounts/context.ts';
import { markOf, planErasure } from '../archive/erase.ts';
import { accountPrefix } from '../archive/place.ts';
import { payloadPrefix, planPayload } from '../bulk-imports/erase.ts';
import { jobIn, namingJobs, planJob } from '../imports/erase/jobs.ts';
import { looseFiles } from '../imports/erase/loose.ts';
import { filePrefixes, planRemoval } from '../imports/erase/objects.ts';
import { jobLists } from '../imports/jobs/store.ts';
import { namedAfter } from '../imports/names/file-name.ts';
import { ACCESS } from './access/job.ts';

type Reach = Services & Pick<Context, 'account'>;

/** One of those whom a sweep is for. */
export interface Target {
  readonly job: string;
  readonly profileIds: readonly string[];
  readonly identifiers: readonly Alias[];
}

export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What is to be done to a key: counted first, then done. */
export interface Plan {
  /** By job. */
  readonly counts: Counts;
  readonly kept: number;
  readonly apply: () => Promise<void>;
}

export interface Place {
  readonly prefix: string;
  readonly files: Pick<Files, 'versions'>;
  /** Keys that were put before it were looked through for all of these people already. */
  readonly since: Date | undefined;
  readonly plan: (key: string, versions: readonly FileVersion[]) => Promise<Plan | undefined>;
}

interface Asked {
  readonly targets: readonly Target[];
  /** Of this sweep, and of the one that all these people were in before, if that was one. */
  readonly mark: string;
  readonly before: string | undefined;
  readonly since: Date | undefined;
}

/** Everywhere in the buckets where something of a person may lie, in the order in which it is looked through. */
export const placesOf = async (asked: Asked, context: Reach): Promise<Place[]> => {
  const { account } = context;
  const files = context.imports();
  const prefixes = await filePrefixes(account, context);
  return [
    archivePlace(asked, context),
    { prefix: payloadPrefix(account), files, since: undefined, plan: payloadPlan(asked.targets, context) },
    { prefix: `${ACCESS}${account}/`, files, since: undefined, plan: handedOutPlan(files) },
    ...prefixes.map((prefix) => ({ prefix, files, since: undefined, plan: filePlan(asked.targets, context) })),
    // Before the jobs, which know their keys.
    {
      prefix: '',
      files: looseFiles(prefixes, context),
      since: undefined,
      plan: filePlan(asked.targets, context),
    },
    ...jobPlaces(asked.targets, context),
  ];
};

const archivePlace = ({ targets, mark, before, since }: Asked, context: Reach): Place => {
  const files = context.archive();
  const jobsOf = new Map<string, string[]>();
  for (const { job, profileIds } of targets)
    for (const id of profileIds) jobsOf.set(id, [...(jobsOf.get(id) ?? []), job]);
  const profileIds = new Set(jobsOf.keys());
  return {
    prefix: accountPrefix(context.account),
    files,
    since,
    plan: async (key, versions) => {
      // What the last sweep wrote is newer than it, and holds nobody of these.
      if (before !== undefined && (await markOf(key, files)) === before) return undefined;
      const found = await planErasure({ versions, profileIds, mark, files });
      if (!found) return undefined;
      const counts: Record<string, Record<string, number>> = {};
      for (const [id, count] of found.events) {
        for (const job of jobsOf.get(id) ?? [])
          counts[job] = { 'archive/event': (counts[job]?.['archive/event'] ?? 0) + count };
      }
      return { counts, kept: 0, apply: found.apply };
    },
  };
};

const theirs = (targets: readonly Target[]) => {
  const known = new Set(
    targets.flatMap(({ profileIds, identifiers }) => [
      ...profileIds.map((id) => `id ${id}`),
      ...identifiers.map(({ kind, value }) => `${kind} ${value}`),
    ]),
  );
  return ({ kind, value }: { readonly kind: string; readonly value: string }): boolean => known.has(`${kind} ${value}`);
};

/** A file holds rows of many: each of these people is told of all that went from it. */
const forAll = (targets: readonly Target[], counts: Readonly<Record<string, number>>): Counts =>
  Object.keys(counts).length === 0 ? {} : Object.fromEntries(targets.map(({ job }) => [job, counts]));

/** What was made to be handed out is removed with its job, and then lives on as an old version. */
const handedOutPlan =
  (files: Files): Place['plan'] =>
  async (_, versions) => {
    const older = versions.filter(({ isCurrent, isRemoval }) => !isCurrent && !isRemoval);
    if (older.length === 0) return undefined;
    return { counts: {}, kept: 0, apply: () => removeVersions(older, files) };
  };

const payloadPlan =
  (targets: readonly Target[], context: Reach): Place['plan'] =>
  async (_, versions) => {
    const plan = await planPayload(versions, theirs(targets), { ...context, files: context.imports() });
    return plan && { ...plan, counts: forAll(targets, plan.rows > 0 ? { 'imports/bulk-row': plan.rows } : {}) };
  };

const filePlan = (targets: readonly Target[], context: Reach): Place['plan'] => {
  const of = { isTheirs: theirs(targets), isNamed: namedAfterOneOf(targets) };
  return async (key, versions) => {
    const plan = await planRemoval(key, versions, of, context);
    return plan && { ...plan, counts: forAll(targets, plan.counts) };
  };
};

const namedAfterOneOf = (targets: readonly Target[]) => namedAfter(targets.flatMap(({ identifiers }) => identifiers));

/** Import jobs, as far as their files are named after one of these people. */
const jobPlaces = (targets: readonly Target[], context: Reach): Place[] => {
  const isNamed = namedAfterOneOf(targets);
  const plan: Place['plan'] = async (key) => {
    const found = await planJob(jobIn(key), isNamed, context);
    return found && { ...found, counts: forAll(targets, found.counts) };
  };
  const files = namingJobs(isNamed, context);
  return jobLists(context.account).map((prefix) => ({ prefix, files, since: undefined, plan }));
};
