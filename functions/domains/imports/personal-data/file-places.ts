import type { FileDeps } from '../../../model/personal-data/erasure.ts';
import {
  countForAll,
  type FileLocation,
  type FileSearch,
  type Target,
  targetMatcher,
} from '../../../model/personal-data/files.ts';
import { filesOutsideFolders } from '../erase/files-outside-folders.ts';
import { jobIn, namingJobs, planJob } from '../erase/jobs.ts';
import { filePrefixes, planRemoval } from '../erase/objects.ts';
import { jobLists } from '../jobs/store.ts';
import { fileNameMatcher } from '../names/file-name.ts';

/** Lists the folders of files, then files outside of them, then the jobs, which have the keys of all of these. */
export const importPlaces = async ({ targets }: FileSearch, deps: FileDeps): Promise<FileLocation[]> => {
  const files = deps.imports();
  const prefixes = await filePrefixes(deps.account, deps);
  const plan = filePlan(targets, deps);
  return [
    ...prefixes.map((prefix) => ({ prefix, files, since: undefined, plan })),
    { prefix: '', files: filesOutsideFolders(prefixes, deps), since: undefined, plan },
    ...jobPlaces(targets, deps),
  ];
};

const filePlan = (targets: readonly Target[], deps: FileDeps): FileLocation['plan'] => {
  const theirs = { isTheirs: targetMatcher(targets), isNamed: isNamedAfter(targets) };
  return async (key, versions) => {
    const plan = await planRemoval(key, versions, theirs, deps);
    return plan && { ...plan, counts: countForAll(targets, plan.counts) };
  };
};

const isNamedAfter = (targets: readonly Target[]) => fileNameMatcher(targets.flatMap(({ identifiers }) => identifiers));

/** Import jobs whose files are named after one of these people. */
const jobPlaces = (targets: readonly Target[], deps: FileDeps): FileLocation[] => {
  const isNamed = isNamedAfter(targets);
  const plan: FileLocation['plan'] = async (key) => {
    const removal = await planJob(jobIn(key), isNamed, deps);
    return removal && { ...removal, counts: countForAll(targets, removal.counts) };
  };
  const files = namingJobs(isNamed, deps);
  return jobLists(deps.account).map((prefix) => ({ prefix, files, since: undefined, plan }));
};
