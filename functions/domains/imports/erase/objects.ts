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

/** What is to be done to a key; nothing is done yet. */
export interface Removal {
  readonly counts: Readonly<Record<string, number>>;
  /** Versions that stay for now, as their import is under way. */
  readonly kept: number;
  readonly apply: () => Promise<void>;
}

/** Tells what is of the people who are erased. */
export interface Theirs {
  readonly isTheirs: IsTheirs;
  /** Whether a file is named after one of them. */
  readonly isNamed: (key: string) => boolean;
}

/** Where files of an account lie that may hold rows about people. */
export const filePrefixes = async (account: string, services: Services): Promise<string[]> => {
  // Files beside folders are the account's where there is one alone.
  const own = soleAccount(await listAccounts(services))?.id === account ? '' : `${account}/`;
  return [
    `${reportsFolder}${account}/`,
    `${workFolder}${account}/`,
    ...['', dryRunFolder].flatMap((folder) => kinds.map((kind) => `${folder}${kind}/${own}`)),
    `${sftpFolder}${account}/`,
  ];
};

/** What becomes of a key below one of these prefixes. */
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

/** Failed rows, and what a dry run would change. Those of an import that is under way are seen to when it is over. */
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
  // Notes name rows and kinds of identifiers alone.
  if (current.key.includes('/notes-')) return older.length > 0 ? removal(older, 'old-version', files) : undefined;
  // The changes of a dry run come from the file, which is not kept either.
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

/** Chunks in work are copies of rows, which are removed when the import is over, and then live on as versions. */
const planWork = async (id: string, versions: readonly FileVersion[], context: Deps): Promise<Removal | undefined> => {
  const job = await context.table.get(jobs, { account: context.account, id });
  return isOver(job) ? removal(versions, 'chunk', context.imports()) : keeping(1);
};

/** What has no import by then gets none. */
const FRESH_MS = 25 * 3_600_000;
/** A file that was just tried may be imported. */
const TRIED_MS = 3_600_000;
const MAPPING = /\.mapping\.json$|\.report\.json$|\.error\.txt$|\/$/i;

/**
 * An uploaded file goes as a whole when its import is over, and a file of failed rows is written anew: nothing else of it
 * is needed any more. What was put there just now, and has no import yet, waits for it.
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
  // A notice that names no version makes a job by the file's content.
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

/** A report that we wrote, recognized by its content. */
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
  // The API still reports what it says of others.
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

/** Where a bucket keeps no versions, what was written has taken the place of what was there. */
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
