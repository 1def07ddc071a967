import * as v from 'valibot';
import { jobFields } from '../../../platform/jobs/state.ts';

/** What can be exported. */
export const exportKinds = ['profiles', 'lists', 'events', 'consent'] as const;
export type ExportKind = (typeof exportKinds)[number];

export const exportFormats = ['csv', 'ndjson'] as const;

const ExportFile = v.object({
  bytes: v.number(),
  records: v.number(),
  /** The number of records that this format cannot express. */
  leftOut: v.number(),
});

/** An export of one kind of an account's data. */
export const ExportJob = v.object({
  ...jobFields,
  kind: v.picklist(exportKinds),
  format: v.picklist(exportFormats),
  /** The API key of the request. Absent for requests from the command line. */
  keyId: v.optional(v.string()),
  /** The position up to which records are in the bucket. */
  place: v.optional(v.string()),
  /** Whether all records have been read. */
  isWhole: v.optional(v.boolean()),
  parts: v.number(),
  records: v.number(),
  /** The properties that have a column of their own in CSV. */
  columns: v.array(v.string()),
  files: v.array(ExportFile),
  /** Until when the files can be downloaded. */
  keptUntil: v.optional(v.string()),
  /** The number of times that links were created, and the time and API key of the last one. */
  links: v.number(),
  linkedAt: v.optional(v.string()),
  linkedBy: v.optional(v.string()),
  expiresAt: v.number(),
});
export type ExportJob = v.InferOutput<typeof ExportJob>;

type Place = Pick<ExportJob, 'account' | 'id'>;

/** The folder of exports. A lifecycle rule of the bucket removes its objects. */
export const EXPORTS_PREFIX = 'exports/';

/** How long files can be downloaded, and how long the bucket keeps them: longer than any export takes. */
export const DOWNLOAD_HOURS = 24;
export const STORED_DAYS = 2;

/** How long jobs are listed. */
export const JOB_DAYS = 30;

const padded = (number: number): string => String(number).padStart(6, '0');

export const folderOf = ({ account, id }: Place): string => `${EXPORTS_PREFIX}${account}/${id}/`;

/** The key of some records, before files are assembled. */
export const partKey = (job: Place, number: number): string => `${folderOf(job)}part-${padded(number)}.jsonl.gz`;

export const fileKey = (job: Place, number: number): string => `${folderOf(job)}file-${padded(number)}`;

/** The name of a file when it is downloaded. */
export const fileName = ({ kind, id, format, files }: ExportJob, number: number): string =>
  `${kind}-${id}${files.length > 1 ? `-${number}` : ''}.${format}`;

/** What a new or restarted export has read: nothing. */
export const emptyProgress = { parts: 0, records: 0, columns: [], files: [] };
