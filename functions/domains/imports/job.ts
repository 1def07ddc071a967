import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { bareEtag } from '../../platform/storage/etag.ts';
import { inNfc } from '../../platform/validation/text.ts';
import { DateOrder } from './columns/dates.ts';
import { encodings } from './csv/encodings.ts';
import { withoutPersons } from './file-name.ts';
import { reportsFolder, workFolder } from './folders.ts';
import { kinds, mappingSuffix } from './kind.ts';
import { Mapping } from './mappings/mapping.ts';
import { RowCode } from './rows/codes.ts';
import { sftpResultKey } from './sftp/place.ts';
import { Warning } from './warnings.ts';

export const statuses = [
  'waiting_for_upload',
  'expired',
  'queued',
  'processing',
  'paused',
  'complete',
  'failed',
  'cancelled',
] as const;
export type JobStatus = (typeof statuses)[number];

/** What became of rows. Each row is in one of them. */
export const outcomes = ['created', 'updated', 'unchanged', 'duplicate', 'failed'] as const;
export type RowOutcome = (typeof outcomes)[number];

export const Counts = v.object({
  created: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  duplicate: v.number(),
  failed: v.number(),
  /** Of those that were imported: rows of which an identifier was left out. Absent where there are none. */
  leftOut: v.optional(v.number()),
});
export type Counts = v.InferOutput<typeof Counts>;
export const noCounts: Counts = { created: 0, updated: 0, unchanged: 0, duplicate: 0, failed: 0 };

export const sumOf = (all: readonly Counts[]): Counts => {
  const sum = { ...noCounts };
  for (const counts of all) for (const outcome of outcomes) sum[outcome] += counts[outcome];
  const leftOut = all.reduce((total, counts) => total + (counts.leftOut ?? 0), 0);
  return leftOut > 0 ? { ...sum, leftOut } : sum;
};

export const total = (counts: Counts): number => outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);

interface Counted {
  readonly outcome: RowOutcome;
  /** Kinds of identifiers. */
  readonly leftOut?: readonly unknown[];
}

export const counted = (counts: Counts, rows: readonly Counted[]): Counts => {
  const next = { ...counts };
  for (const { outcome } of rows) next[outcome] += 1;
  const leftOut = rows.filter((row) => (row.leftOut ?? []).length > 0).length;
  return leftOut > 0 ? { ...next, leftOut: (counts.leftOut ?? 0) + leftOut } : next;
};

/** How the file is written. */
const Layout = v.object({
  /** Absent in jobs of before, whose beginning tells it. */
  encoding: v.optional(v.picklist(encodings)),
  /** How many letters at its beginning may be others, read in another encoding. */
  ambiguous: v.optional(v.number()),
  delimiter: v.string(),
  /** In which order columns write their dates, as far as that is evident. */
  dates: v.optional(v.array(v.tuple([v.string(), DateOrder]))),
  /** As they stand in the file. */
  headers: v.array(v.string()),
  /** The first two are called as those of our reports, and are its own. */
  ownsErrorColumns: v.optional(v.boolean()),
  mapping: v.optional(Mapping),
  /** Who said the mapping: the key of a file beside it, or the id of one that is saved. */
  mappedBy: v.optional(
    v.object({ source: v.picklist(['file', 'saved']), id: v.string(), name: v.optional(v.string()) }),
  ),
  /** The list that its people join. */
  list: v.optional(v.string()),
});
export type Layout = v.InferOutput<typeof Layout>;

/** How far a file has been cut into chunks. */
const Planned = v.object({
  /** In UTF-8. */
  offset: v.number(),
  row: v.number(),
  chunks: v.number(),
  /** Where that is in the file, if it is written in another encoding and not packed. */
  source: v.optional(v.number()),
});

/** So long a job and all that belongs to it stay in the table. */
export const KEPT_DAYS = 400;

/** One version of one uploaded file. How far it has been imported is in its chunks. */
export const Job = v.object({
  account: v.string(),
  id: v.string(),
  key: v.string(),
  version: v.optional(v.string()),
  etag: v.string(),
  size: v.number(),
  kind: v.picklist(kinds),
  /** It tells what it would do, and does nothing. */
  isDryRun: v.optional(v.boolean()),
  status: v.picklist(statuses),
  createdAt: v.string(),
  /** The connection broke: what lies there is cut anywhere. */
  isPart: v.optional(v.boolean()),
  /** Until when its upload may be begun. */
  uploadUntil: v.optional(v.string()),
  /** The dry run that read this very file before. */
  dryRun: v.optional(v.string()),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** The job whose failed rows these are, mended. */
  mends: v.optional(v.string()),
  /** The last job that brought its failed rows again. */
  mendedBy: v.optional(v.string()),
  /** Imports of the very same rows that are over. */
  repeats: v.optional(v.array(v.string())),
  /** Why it failed. */
  error: v.optional(v.string()),
  /** What a run of it ended with that failed. */
  lastError: v.optional(v.string()),
  layout: v.optional(Layout),
  planned: v.optional(Planned),
  /** What is in it had to be unpacked or turned into UTF-8: its chunks lie in the bucket by themselves. */
  isUnpacked: v.optional(v.boolean()),
  /** Bytes to work through. */
  bytes: v.optional(v.number()),
  /** How many chunks it has, and how many of them may be worked on at once: known when all are cut. */
  chunks: v.optional(v.number()),
  lanes: v.optional(v.number()),
  /** Of all chunks, when it is over; until then they are in the chunks. */
  counts: Counts,
  /** Likewise what was doubted in rows. */
  warnings: v.optional(v.array(Warning)),
  /** Who plans or finishes it, and until when nobody else may. */
  lease: v.optional(v.string()),
  leaseUntil: v.optional(v.string()),
  /** Starts since the last progress. */
  starts: v.number(),
  expiresAt: v.number(),
});
export type Job = v.InferOutput<typeof Job>;

/** One row that was not imported, and why; or that was imported in part, and what is told of it. */
export const Failure = v.object({
  row: v.number(),
  problems: v.array(v.object({ column: v.optional(v.string()), code: RowCode, message: v.string() })),
  /** As it stands in the file, without its line end. */
  original: v.string(),
});
export type Failure = v.InferOutput<typeof Failure>;

/** A state of a key: its version, or where the bucket keeps none what lies there since when. */
export const stateOf = ({ versionId, etag, modified }: StateOfKey): string => {
  const content = bareEtag(etag);
  return versionId ?? (modified ? `${content} ${Math.floor(modified.getTime() / 1_000)}` : content);
};

interface StateOfKey {
  readonly versionId?: string | undefined;
  readonly etag: string;
  readonly modified?: Date | undefined;
}

/** The same for every notice of the same upload. */
export const jobId = (bucket: string, key: string, state: string): string =>
  createHash('sha256')
    .update(JSON.stringify([bucket, key, state]))
    .digest('hex')
    .slice(0, 32);

const REPORT = /\.errors(?:\.(\d+))?\.csv$/i;

export const isReportKey = (key: string): boolean => REPORT.test(key);

/** Where a file of failed rows was put, whatever case its ending has when it comes back. */
export const reportPlace = (key: string): string =>
  (sftpResultKey(key) ?? key).replace(REPORT, (ending) => ending.toLowerCase());

const FILE = /(\.(csv|tsv))?(\.(gz|zip))?$/i;

/**
 * `a.csv` and `a.csv.gz` -> `a.errors.csv`; for a mended report that fails again `a.errors.2.csv`, so that it is not overwritten. Beside
 * its file, or where those who sent it by SFTP look for it.
 */
export const reportKey = (key: string): string => {
  const beside = sftpResultKey(key) ?? key;
  const found = REPORT.exec(beside);
  if (!found) return beside.replace(FILE, '.errors.csv');
  return beside.replace(REPORT, `.errors.${Number(found[1] ?? 1) + 1}.csv`);
};

/** `results/people.csv.gz` -> `results/people`. */
export const withoutEnding = (key: string): string => key.replace(FILE, '');

export const nameOf = (key: string): string => key.split('/').at(-1) ?? '';

/** `events/shop/Placed Order.csv` and its reports -> `Placed Order`. */
export const nameIn = (key: string): string =>
  inNfc(withoutPersons(withoutEnding(nameOf(key).replace(REPORT, ''))).trim());

/** What a row leaves where it is applied, so that it is known when it comes again. */
export const originOf = ({ id }: Pick<Job, 'id'>, row: number): string => `import:${id}#${row}`;

/** What is told of rows: that they failed, or what to look at though they were imported. */
export type Told = 'errors' | 'notes';

/** What is told of the rows of one window. They sort by their first row. */
export const toldPrefix = ({ account, id }: Pick<Job, 'account' | 'id'>, what: Told): string =>
  `${reportsFolder}${account}/${id}/${what}-`;
export const toldKey = (job: Pick<Job, 'account' | 'id'>, what: Told, firstRow: number): string =>
  `${toldPrefix(job, what)}${String(firstRow).padStart(12, '0')}.jsonl`;

/** Where the bytes of a chunk lie that had to be unpacked. */
export const chunksFolder = ({ account, id }: Pick<Job, 'account' | 'id'>): string => `${workFolder}${account}/${id}/`;

export const chunkKey = (job: Pick<Job, 'account' | 'id'>, number: number): string =>
  `${chunksFolder(job)}${String(number).padStart(6, '0')}.csv`;

/** `a.errors.2.csv` -> `a`. */
export const withoutReportEnding = (key: string): string => key.replace(REPORT, '');

/** `a.csv`, `a.csv.gz` and the reports about them -> `a.mapping.json`: what their owner says of them. */
export const mappingKey = (key: string): string => `${withoutEnding(withoutReportEnding(key))}${mappingSuffix}`;

/** Where that may lie. */
export const mappingKeys = (key: string): readonly string[] => [mappingKey(key), `${key}${mappingSuffix}`];
