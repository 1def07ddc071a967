import * as v from 'valibot';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { Subject } from '../subjects/subject.ts';

export const accessStatuses = ['queued', 'processing', 'complete', 'cancelled', 'failed'] as const;

/** How far a person's data has been gathered: what is behind it lies in the bucket. */
export const GatherProgress = v.object({
  /** The section that is read now. */
  section: v.optional(v.string()),
  /** What has been read of it. */
  place: v.optional(v.string()),
  /** All sections have been read. */
  isWhole: v.optional(v.boolean()),
  /** How many objects and records there are of each section. */
  parts: v.record(v.string(), v.number()),
  records: v.record(v.string(), v.number()),
});
export type GatherProgress = v.InferOutput<typeof GatherProgress>;

/** One person to be handed what is held on them. */
export const AccessJob = v.object({
  account: v.string(),
  id: v.string(),
  status: v.picklist(accessStatuses),
  createdAt: v.string(),
  /** The key that asked for it; absent where it was asked for from the command line. */
  keyId: v.optional(v.string()),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** Why it failed. */
  error: v.optional(v.string()),
  /** Whom the request named, while it is under way. */
  subject: v.optional(Subject),
  /** By a keyed hash, when it is over: an erasure of that person finds the file that was made for them. */
  subjectHash: v.optional(v.string()),
  profileIds: v.array(v.string()),
  /** Somebody had a profile when it began. */
  isKnown: v.optional(v.boolean()),
  gathered: GatherProgress,
  /** Of the finished file. */
  bytes: v.optional(v.number()),
  /** Until when the file is kept. */
  keptUntil: v.optional(v.string()),
  /** Who was last given a link, when, and how many were given. */
  links: v.number(),
  linkedAt: v.optional(v.string()),
  linkedBy: v.optional(v.string()),
  ...leaseFields,
  expiresAt: v.number(),
});
export type AccessJob = v.InferOutput<typeof AccessJob>;

type Place = Pick<AccessJob, 'account' | 'id'>;

/** Where everything lies that access jobs write. A rule of the bucket removes it after so many days. */
export const ACCESS_PREFIX = 'privacy/';
export const FILE_DAYS = 7;

/** How long the record of who got which file is kept. */
export const RECORD_DAYS = 400;

export const folderOf = ({ account, id }: Place): string => `${ACCESS_PREFIX}${account}/${id}/`;
export const fileKey = (job: Place): string => `${folderOf(job)}data.zip`;

/** Of what has been gathered and is not put together yet. */
export const partKey = (job: Place, section: string, number: number): string =>
  `${folderOf(job)}${section}-${String(number).padStart(6, '0')}.jsonl.gz`;

export interface Pace {
  /** Of records, before they are compressed: so much is in memory, and is read again where a run is killed. */
  readonly partBytes: number;
  /** Where little is found in much, its place is kept as often. */
  readonly pagesAtOnce: number;
}
export const defaultPace: Pace = { partBytes: 8 * 1024 * 1024, pagesAtOnce: 64 };

export const emptyProgress: GatherProgress = { parts: {}, records: {} };
