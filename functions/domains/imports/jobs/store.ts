import * as v from 'valibot';
import { itemErrors } from '../../../platform/jobs/item-errors.ts';
import { entity } from '../../../platform/table/entity.ts';
import { kinds } from '../kinds/names.ts';
import { Failure } from '../outcomes/failure.ts';
import { Chunk } from './chunk.ts';
import { Job, type JobStatus, statuses } from './job.ts';

/** A partition per kind and status: each filter of the API selects some of them, and reads no other jobs. */
export const jobLists = (
  account: string,
  of: { readonly kinds?: readonly Job['kind'][]; readonly statuses?: readonly JobStatus[] } = {},
): string[] =>
  (of.kinds ?? kinds).flatMap((kind) => (of.statuses ?? statuses).map((status) => listPk({ account, kind, status })));

const listPk = ({ account, kind, status }: Pick<Job, 'account' | 'kind' | 'status'>): string =>
  `A#${account}#JOBS#${kind}#${status}`;

export const jobPk = (account: string, id: string): string => `A#${account}#JOB#${id}`;

export const jobs = entity({
  type: 'import_job',
  schema: Job,
  key: ({ account, id }: Pick<Job, 'account' | 'id'>) => ({ pk: jobPk(account, id), sk: 'JOB' }),
  json: ['layout', 'warnings'],
  indexes: (job) => ({ gsi1: { pk: listPk(job), sk: `${job.createdAt}#${job.id}` } }),
});

export const CHUNKS = 'CHUNK#';

export const chunks = entity({
  type: 'import_chunk',
  schema: Chunk,
  key: ({ account, job, number }: Pick<Chunk, 'account' | 'job' | 'number'>) => ({
    pk: jobPk(account, job),
    sk: `${CHUNKS}${String(number).padStart(6, '0')}`,
  }),
  json: ['warnings'],
});

const FailedRow = v.object({
  account: v.string(),
  job: v.string(),
  ...Failure.entries,
  expiresAt: v.number(),
});

/**
 * A row that failed because of stored data. That data may change before the row is repeated, but its outcome must not.
 */
export const failedRows = itemErrors({
  type: 'import_failed_row',
  schema: FailedRow,
  pk: ({ account, job }) => jobPk(account, job),
  prefix: 'FAILED#',
  digits: 12,
  json: ['problems'],
});

const WrittenReport = v.object({ account: v.string(), sha256: v.string(), job: v.string(), expiresAt: v.number() });

/** A report of ours, by its content: its upload starts no import. A corrected version has other content. */
export const writtenReports = entity({
  type: 'written_report',
  schema: WrittenReport,
  key: ({ account, sha256 }: Pick<v.InferOutput<typeof WrittenReport>, 'account' | 'sha256'>) => ({
    pk: `A#${account}#REPORT#${sha256}`,
    sk: 'REPORT',
  }),
});

const Content = v.object({
  account: v.string(),
  content: v.string(),
  /** The newest last. */
  jobs: v.array(v.string()),
  expiresAt: v.number(),
});

/** The imports of the same rows. */
export const contents = entity({
  type: 'import_content',
  schema: Content,
  key: ({ account, content }: Pick<v.InferOutput<typeof Content>, 'account' | 'content'>) => ({
    pk: `A#${account}#IMPORTCONTENT#${content}`,
    sk: 'JOBS',
  }),
});

const ReportPlace = v.object({ account: v.string(), key: v.string(), job: v.string(), expiresAt: v.number() });

/** The job whose failed rows are at a key. A file that is uploaded there retries it. */
export const reportPlaces = entity({
  type: 'report_place',
  schema: ReportPlace,
  key: ({ account, key }: Pick<v.InferOutput<typeof ReportPlace>, 'account' | 'key'>) => ({
    pk: `A#${account}#REPORTPLACE#${key}`,
    sk: 'JOB',
  }),
});
