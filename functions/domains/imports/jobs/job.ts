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
import { Vanished } from './vanished.ts';

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

/** How a file is read: encoding, delimiter, columns and mapping. */
const Layout = v.object({
  /** Absent in jobs from older versions. */
  encoding: v.optional(v.picklist(encodings)),
  /** How many letters in the beginning of the file differ between the possible encodings. */
  ambiguous: v.optional(v.number()),
  delimiter: v.string(),
  /** The order of day and month per column, where it is unambiguous. */
  dates: v.optional(v.array(v.tuple([v.string(), DateOrder]))),
  /** As in the file. */
  headers: v.array(v.string()),
  /** The first two columns have the names of our report columns, but belong to the file. */
  ownsErrorColumns: v.optional(v.boolean()),
  mapping: v.optional(Mapping),
  /** The source of the mapping: the key of a file beside the upload, or the id of a saved mapping. */
  mappedBy: v.optional(
    v.object({ source: v.picklist(['file', 'saved']), id: v.string(), name: v.optional(v.string()) }),
  ),
  /** The list that the people of the file join. */
  list: v.optional(v.string()),
});
export type Layout = v.InferOutput<typeof Layout>;

/** The planner's checkpoint. */
const Planned = v.object({
  /** An offset in the text as UTF-8. */
  offset: v.number(),
  row: v.number(),
  chunks: v.number(),
  /** The same place in the file, if it has another encoding and is not packed. */
  source: v.optional(v.number()),
});

/** How long a job and its items stay in the table. */
export const KEPT_DAYS = 400;

/** The import of one version of an uploaded file. Its progress is in its chunks. */
export const Job = v.object({
  account: v.string(),
  id: v.string(),
  key: v.string(),
  version: v.optional(v.string()),
  etag: v.string(),
  size: v.number(),
  kind: v.picklist(kinds),
  /** A dry run reports what an import would do, and changes nothing. */
  isDryRun: v.optional(v.boolean()),
  status: v.picklist(statuses),
  createdAt: v.string(),
  /** The upload was interrupted: the object is incomplete. */
  isPart: v.optional(v.boolean()),
  /** Until when the upload may start. */
  uploadUntil: v.optional(v.string()),
  /** The dry run of the same file. */
  dryRun: v.optional(v.string()),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** The job whose corrected rows these are. The stored name is that of the first version; the API says `retries_job_id`. */
  mends: v.optional(v.string()),
  /** The last job with its corrected rows. The API says `retried_by_job_id`. */
  mendedBy: v.optional(v.string()),
  /** Earlier imports of the same rows. */
  repeats: v.optional(v.array(v.string())),
  /** Why it failed. */
  error: v.optional(v.string()),
  layout: v.optional(Layout),
  planned: v.optional(Planned),
  /** The file was unpacked or converted to UTF-8: its chunks are objects of their own. */
  isUnpacked: v.optional(v.boolean()),
  /** The size of the text in bytes. */
  bytes: v.optional(v.number()),
  /** The number of chunks, and how many are imported at once. Known once the whole file is cut. */
  chunks: v.optional(v.number()),
  lanes: v.optional(v.number()),
  /** The sum of all chunks, once the job has ended. */
  counts: Counts,
  /** While a whole file is compared with what is stored. */
  vanished: v.optional(Vanished),
  /** As `counts`. */
  warnings: v.optional(v.array(Warning)),
  ...leaseFields,
  expiresAt: v.number(),
});
export type Job = v.InferOutput<typeof Job>;

/** Identifies an upload to a key: its version, or in an unversioned bucket its content and time. */
export const stateOf = ({ versionId, etag, modified }: StateOfKey): string => {
  const content = unquoteEtag(etag);
  return versionId ?? (modified ? `${content} ${Math.floor(modified.getTime() / 1_000)}` : content);
};

interface StateOfKey {
  readonly versionId?: string | undefined;
  readonly etag: string;
  readonly modified?: Date | undefined;
}

/** Equal for all notifications of one upload. */
export const jobId = (bucket: string, key: string, state: string): string =>
  createHash('sha256')
    .update(JSON.stringify([bucket, key, state]))
    .digest('hex')
    .slice(0, 32);

export const hasStatus = (value: Job['status']): Condition => ({ attribute: 'status', is: '=', value });
