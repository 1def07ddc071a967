import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { soleAccount } from '../../../model/account.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { type Files, type FileVersion, removeVersions } from '../../../platform/storage/files.ts';
import { removeForErasure } from '../../../platform/table/write.ts';
import { listAccounts } from '../../accounts/actions.ts';
import { uploadReader } from '../contents/upload.ts';
import { type Job, jobId, stateOf } from '../jobs/job.ts';
import { failedRows, jobs, reportPlaces, writtenReports } from '../jobs/store.ts';
import { kinds } from '../kinds/names.ts';
import { isReportKey } from '../names/keys.ts';
import { dryRunFolder, expectingJob, reportsFolder, sftpFolder, workFolder } from '../places/folders.ts';
import { reportPlace } from '../places/report-keys.ts';
import { failuresOf, writeKnown } from '../reports/failures.ts';
import { type IsTheirs, linesOf, rowsAbout } from './rows.ts';

type Deps = Pick<Services, 'table' | 'imports' | 'now'> & { readonly account: string };

/** A planned change of a key. */
export interface Removal {
  readonly counts: Readonly<Record<string, number>>;
  /** Versions that stay for now, since their import is running. */
  readonly kept: number;
  readonly apply: () => Promise<void>;
}

/** Recognizes data of the people who are erased. */
export interface Theirs {
  readonly isTheirs: IsTheirs;
  /** Whether a file is named after one of these people. */
  readonly isNamed: (key: string) => boolean;
}

/** The prefixes of an account's files that may have rows about people. */
export const filePrefixes = async (account: string, services: Services): Promise<string[]> => {
  // With a single account, files outside of account folders belong to it.
  const own = soleAccount(await listAccounts(services))?.id === account ? '' : `${account}/`;
  return [
    `${reportsFolder}${account}/`,
    `${workFolder}${account}/`,
    ...['', dryRunFolder].flatMap((folder) => kinds.map((kind) => `${folder}${kind}/${own}`)),
    `${sftpFolder}${account}/`,
  ];
};

/** Plans the erasure for a key below one of these prefixes. */
export const planRemoval = (
  key: string,
  versions: readonly FileVersion[],
  { isTheirs, isNamed }: Theirs,
  context: Deps,
): Promise<Removal | undefined> => {
  const [folder, , id = ''] = key.split('/');
  if (folder === 'reports') return planFailures(id, versions, isTheirs, context);
  if (folder === 'work') return planWork(id, versions, context);
  return planUpload(key, versions, { isTheirs, isNamed: isNamed(key) }, context);
};

const OVER: ReadonlySet<string> = new Set<Job['status']>(['complete', 'failed', 'cancelled', 'expired']);
export const isOver = (job: Job | undefined): boolean => !job || OVER.has(job.status);

/** Plans the erasure from failed rows and changes of a dry run. Those of a running import wait until it ends. */
const planFailures = async (
  id: string,
  versions: readonly FileVersion[],
  isTheirs: IsTheirs,
  context: Deps,
): Promise<Removal | undefined> => {
  const { account, table } = context;
  const files = context.imports();
  const job = await table.get(jobs, { account, id });
  if (job && !isOver(job)) return keeping(1);
  const older = versions.filter(({ isCurrent }) => !isCurrent);
  const current = versions.find(({ isCurrent, isDeleteMarker }) => isCurrent && !isDeleteMarker);
  if (!current) return removal(older, 'old-version', files);
  // Notes have row numbers and kinds of identifiers only.
  if (current.key.includes('/notes-')) return older.length > 0 ? removal(older, 'old-version', files) : undefined;
  // Changes of a dry run are removed like their file.
  if (!job?.layout || !current.key.includes('/errors-')) return removal(versions, 'report', files);
  const failures = failuresOf(await textOf(current, files));
  const gone = rowsAbout(failures, { ...job, layout: job.layout }, isTheirs);
  if (gone.size === 0) return removal(older, 'old-version', files);
  const kept = failures.filter(({ row }) => !gone.has(row));
  return {
    counts: { 'imports/failed-row': gone.size },
    kept: 0,
    apply: async () => {
      const text = kept.map((failure) => `${JSON.stringify(failure)}\n`).join('');
      if (kept.length > 0) await files.write(current.key, text, 'application/x-ndjson');
      await removeVersions(kept.length > 0 ? replaced(versions) : versions, files);
      await inParallel([...gone], PARALLEL, (row) =>
        table.write(removeForErasure(failedRows.key({ account, job: id, row }))),
      );
    },
  };
};

/** Chunks are copies of rows. They are removed when the import ends, but remain as old versions. */
const planWork = async (id: string, versions: readonly FileVersion[], context: Deps): Promise<Removal | undefined> => {
  const job = await context.table.get(jobs, { account: context.account, id });
  return isOver(job) ? removal(versions, 'chunk', context.imports()) : keeping(1);
};

/** A file without an import after this time will not get one. */
const FRESH_MS = 25 * 3_600_000;
/** A file from a recent dry run may still be imported. */
const TRIED_MS = 3_600_000;
const MAPPING = /\.mapping\.json$|\.report\.json$|\.error\.txt$|\/$/i;

/**
 * Plans the erasure from an upload. After its import, the whole file is removed; a file of failed rows is rewritten. A
 * new file without an import waits for it.
 */
const planUpload = async (
  key: string,
  versions: readonly FileVersion[],
  theirs: { readonly isTheirs: IsTheirs; readonly isNamed: boolean },
  context: Deps,
): Promise<Removal | undefined> => {
  const { account, table, now } = context;
  const files = context.imports();
  if (MAPPING.test(key)) return theirs.isNamed ? removal(versions, 'file', files) : undefined;
  if (isReportKey(key)) {
    const ours = await planReport(versions, theirs, context);
    if (ours !== 'not ours') return ours;
  }
  const awaited = expectingJob(key);
  // A notification without a version id creates a job by the file's content.
  const jobsBy = (state: (one: FileVersion) => string) =>
    table.getMany(
      jobs,
      versions.map((one) => ({ account, id: awaited ?? jobId(files.bucket, key, state(one)) })),
    );
  const [byVersion, byContent, byTime] = await Promise.all([
    jobsBy(({ versionId }) => versionId),
    jobsBy(({ etag }) => etag),
    jobsBy(({ etag, modified }) => stateOf({ etag, modified })),
  ]);
  const stays = versions.filter(({ isDeleteMarker, modified }, i) => {
    const job = byVersion[i] ?? byTime[i] ?? byContent[i];
    if (isDeleteMarker) return false;
    const ageMs = now().getTime() - modified.getTime();
    if (!job) return ageMs < FRESH_MS;
    return !isOver(job) || (job.isDryRun === true && ageMs < TRIED_MS);
  });
  const goes = versions.filter((one) => !stays.includes(one));
  const removed = removal(goes, 'upload', files);
  return removed ? { ...removed, kept: stays.length } : keeping(stays.length);
};

/** Plans the erasure from a report of our own, recognized by its content. */
const planReport = async (
  versions: readonly FileVersion[],
  { isTheirs, isNamed }: { readonly isTheirs: IsTheirs; readonly isNamed: boolean },
  context: Deps,
): Promise<Removal | undefined | 'not ours'> => {
  const { account, table } = context;
  const files = context.imports();
  const current = versions.find(({ isCurrent, isDeleteMarker }) => isCurrent && !isDeleteMarker);
  if (!current) return removal(versions, 'old-version', files);
  const known = await table.get(writtenReports, { account, sha256: await sha256(await streamOf(current, files)) });
  if (!known) return 'not ours';
  const place = await table.get(reportPlaces, { account, key: reportPlace(current.key) });
  const job = await table.get(jobs, { account, id: place?.job ?? known.job });
  // The API still reports the rows of other people.
  if (!job?.layout || isNamed) return removal(versions, 'report', files);
  const by = { ...job, layout: job.layout };
  const { size = 0 } = (await files.head(current.key, versionIn(current).version)) ?? {};
  const lines = () =>
    linesOf({ read: uploadReader({ key: current.key, ...versionIn(current) }, files), size }, by, isTheirs);
  let rows = 0;
  for await (const line of lines()) if (line.isTheirs) rows += 1;
  const older = versions.filter((one) => one !== current);
  if (rows === 0) return removal(older, 'old-version', files);
  return {
    counts: { 'imports/reported-row': rows },
    kept: 0,
    apply: async () => {
      async function* others(): AsyncGenerator<Buffer> {
        for await (const line of lines()) if (!line.isTheirs) yield Buffer.from(line.text);
      }
      await writeKnown(current.key, others(), { ...known, account }, context);
      await removeVersions(replaced(versions), files);
    },
  };
};

const PARALLEL = 16;

const keeping = (kept: number): Removal | undefined =>
  kept === 0 ? undefined : { counts: {}, kept, apply: async () => {} };

const removal = (versions: readonly FileVersion[], kind: string, files: Files): Removal | undefined => {
  const count = versions.filter(({ isDeleteMarker }) => !isDeleteMarker).length;
  if (versions.length === 0) return undefined;
  return {
    counts: count > 0 ? { [`imports/${kind}`]: count } : {},
    kept: 0,
    apply: () => removeVersions(versions, files),
  };
};

/** Without versioning, the write has replaced the object. */
const replaced = (versions: readonly FileVersion[]): FileVersion[] =>
  versions.filter(({ versionId }) => versionId !== 'null');

const versionIn = ({ versionId: version }: FileVersion) => (version === 'null' ? {} : { version });
const streamOf = (one: FileVersion, files: Files): Promise<Readable> =>
  files.read(one.key, { start: 0, ...versionIn(one) });
const textOf = async (one: FileVersion, files: Files): Promise<string> => text(await streamOf(one, files));

const sha256 = async (pieces: AsyncIterable<Buffer>): Promise<string> => {
  const hash = createHash('sha256');
  for await (const bytes of pieces) hash.update(bytes);
  return hash.digest('hex');
};
