import * as v from 'valibot';
import type { Services } from '../resources/services.ts';
import { type Entity, entity } from '../table/entity.ts';
import { expiryAfterDays } from '../table/ttl.ts';
import { jobStatuses } from './lifecycle.ts';

/** The entity of a job, and how a message names the job. */
export interface State<Job extends Id, Id> {
  readonly entity: Entity<Job, Id>;
  readonly idIn: (message: unknown) => Id;
  /** The message, without its kind. */
  readonly messageOf: (id: Id) => Readonly<Record<string, unknown>>;
}

export interface JobId {
  readonly account: string;
  readonly id: string;
}

const ById = v.object({ account: v.string(), id: v.string() });

/** For a job whose key is its account and id. */
export const stateIn = <Job extends JobId>(of: Entity<Job, JobId>): State<Job, JobId> => ({
  entity: of,
  idIn: (message) => v.parse(ById, message),
  messageOf: ({ account, id }) => ({ account, id }),
});

/** The lease and the count of starts, for the schema of a job. */
export const leaseFields = {
  /** The run that owns the job, and until when. */
  lease: v.optional(v.string()),
  leaseUntil: v.optional(v.string()),
  /** Runs since the last checkpoint, including the run that wrote it. */
  starts: v.optional(v.number()),
  /** The name of the error that ended the last run. */
  lastError: v.optional(v.string()),
};

/** The attributes of every job's item, for its schema. */
export const jobFields = {
  account: v.string(),
  id: v.string(),
  status: v.picklist(jobStatuses),
  createdAt: v.string(),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** Why it failed. */
  error: v.optional(v.string()),
  ...leaseFields,
};

/** The attributes of a new job. */
export const newJob = (
  { account, now, newId }: Pick<Services, 'now' | 'newId'> & { readonly account: string },
  keptDays: number,
) => {
  const at = now();
  const expiresAt = expiryAfterDays(at, keptDays);
  return { account, id: newId(at), status: 'queued', createdAt: at.toISOString(), expiresAt } as const;
};

const jobsPk = (account: string, type: string): string => `A#${account}#JOBS#${type}`;

/** The state of a new kind of job: a partition for each account, sorted by id, which is by age. */
export const jobState = <S extends v.GenericSchema<unknown, JobId>>(type: string, schema: S) =>
  stateIn<v.InferOutput<S>>(
    entity({ type, schema, key: ({ account, id }: JobId) => ({ pk: jobsPk(account, type), sk: `JOB#${id}` }) }),
  );
