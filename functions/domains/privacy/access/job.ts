import * as v from 'valibot';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { Subject } from '../subjects/subject.ts';

export const accessStatuses = ['queued', 'processing', 'complete', 'cancelled', 'failed'] as const;

/** The progress of gathering. The data up to here is in the bucket. */
export const GatherProgress = v.object({
  /** The current section. */
  section: v.optional(v.string()),
  /** The position in the current section. */
  place: v.optional(v.string()),
  /** Whether all sections have been read. */
  isWhole: v.optional(v.boolean()),
  /** The number of objects and of records, by section. */
  parts: v.record(v.string(), v.number()),
  records: v.record(v.string(), v.number()),
});
export type GatherProgress = v.InferOutput<typeof GatherProgress>;

/** An access request: one person's copy of their data. */
export const AccessJob = v.object({
  account: v.string(),
  id: v.string(),
  status: v.picklist(accessStatuses),
  createdAt: v.string(),
  /** The API key of the request. Absent for requests from the command line. */
  keyId: v.optional(v.string()),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** The reason of a failure. */
  error: v.optional(v.string()),
  /** The subject of the request, while the job is open. */
  subject: v.optional(Subject),
  /** The keyed hash of the subject, once complete. By it, an erasure of that person finds this file. */
  subjectHash: v.optional(v.string()),
  profileIds: v.array(v.string()),
  /** Whether the subject had a profile at the start. */
  isKnown: v.optional(v.boolean()),
  gathered: GatherProgress,
  /** The size of the finished file. */
  bytes: v.optional(v.number()),
  /** When the file expires. */
  keptUntil: v.optional(v.string()),
  /** The number of links that were created, and the time and API key of the last one. */
  links: v.number(),
  linkedAt: v.optional(v.string()),
  linkedBy: v.optional(v.string()),
  ...leaseFields,
  expiresAt: v.number(),
});
export type AccessJob = v.InferOutput<typeof AccessJob>;

type Place = Pick<AccessJob, 'account' | 'id'>;

/** The folder of access jobs. A lifecycle rule of the bucket removes its objects after `FILE_DAYS`. */
export const ACCESS_PREFIX = 'privacy/';
export const FILE_DAYS = 7;

/** How long the record of downloads is kept. */
export const RECORD_DAYS = 400;

export const folderOf = ({ account, id }: Place): string => `${ACCESS_PREFIX}${account}/${id}/`;
export const fileKey = (job: Place): string => `${folderOf(job)}data.zip`;

/** The key of a gathered part, before the file is assembled. */
export const partKey = (job: Place, section: string, number: number): string =>
  `${folderOf(job)}${section}-${String(number).padStart(6, '0')}.jsonl.gz`;

/** The keys of a section's parts. */
export const partKeys = (job: Pick<AccessJob, 'account' | 'id' | 'gathered'>, section: string): string[] =>
  Array.from({ length: job.gathered.parts[section] ?? 0 }, (_, i) => partKey(job, section, i + 1));

export const emptyProgress: GatherProgress = { parts: {}, records: {} };
