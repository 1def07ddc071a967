import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { unquoteEtag } from '../../../platform/storage/etag.ts';
import type { Condition } from '../../../platform/table/expression.ts';
import { DateOrder } from '../cells/dates.ts';
import { Mapping } from '../columns/mapping.ts';
import { encodings } from '../csv/encodings.ts';
import { kinds } from '../kinds/names.ts';
import { Counts } from '../outcomes/counts.ts';
import { Warning } from '../outcomes/warnings.ts';

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
  /** The job whose failed rows these are, corrected. Stored under this name since the first version; callers see `retries_job_id`. */
  mends: v.optional(v.string()),
  /** The last job that brought its failed rows again: `retried_by_job_id`. */
  mendedBy: v.optional(v.string()),
  /** Imports of the very same rows that are over. */
  repeats: v.optional(v.array(v.string())),
  /** Why it failed. */
  error: v.optional(v.string()),
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
  ...leaseFields,
  expiresAt: v.number(),
});
export type Job = v.InferOutput<typeof Job>;

/** A state of a key: its version, or where the bucket keeps none what lies there since when. */
export const stateOf = ({ versionId, etag, modified }: StateOfKey): string => {
  const content = unquoteEtag(etag);
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

export const hasStatus = (value: Job['status']): Condition => ({ attribute: 'status', is: '=', value });
