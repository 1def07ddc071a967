import * as v from 'valibot';
import { identifierKinds } from '../../model/identity.ts';
import { withinBytes } from '../../model/properties.ts';
import { leaseFields } from '../../platform/jobs/state.ts';
import { boundedArray } from '../../platform/validation/bounded-array.ts';
import { ListId } from '../lists/list.ts';
import { ProfileResource } from '../profiles/records/profile.ts';
import { MAX_CALL_BYTES } from '../profiles/records/size.ts';

const MAX_PROFILES = 10_000;
const MAX_LISTS = 100;

export const jobStatuses = ['queued', 'processing', 'complete', 'cancelled', 'failed'] as const;

/** A stored bulk import job. Rows are counted from 1. */
export const BulkJob = v.object({
  account: v.string(),
  id: v.string(),
  status: v.picklist(jobStatuses),
  lists: v.array(v.string()),
  total: v.number(),
  /** Rows up to here have a final outcome, which is counted. */
  settled: v.number(),
  completed: v.number(),
  failed: v.number(),
  /** Completed rows with a left-out identifier. */
  leftOut: v.optional(v.number()),
  createdAt: v.string(),
  startedAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** The reason of a failure. */
  error: v.optional(v.string()),
  ...leaseFields,
  /** Seconds. */
  expiresAt: v.number(),
});
export type BulkJob = v.InferOutput<typeof BulkJob>;

/** A row that was refused, or completed in part, with the reason. */
export const RowError = v.object({
  account: v.string(),
  job: v.string(),
  row: v.number(),
  code: v.string(),
  title: v.string(),
  detail: v.string(),
  pointer: v.string(),
  /** The row was completed. */
  isNote: v.optional(v.boolean()),
  expiresAt: v.number(),
});
export type RowError = v.InferOutput<typeof RowError>;

/** A profile that a job created, changed or found as it should be. */
export const ImportedProfile = v.object({
  account: v.string(),
  job: v.string(),
  profileId: v.string(),
  expiresAt: v.number(),
});

const Row = v.pipe(
  ProfileResource,
  v.check(
    ({ id, attributes }) => Boolean(id) || identifierKinds.some((kind) => attributes[kind]),
    'The profile has no identifier. Send an email, phone_number, external_id or id.',
  ),
  withinBytes(MAX_CALL_BYTES, `The profile has more than ${MAX_CALL_BYTES} bytes.`),
);

export const Rows = v.array(ProfileResource);

export const BulkRequest = v.object({
  data: v.object({
    type: v.literal('profile-bulk-import-job'),
    attributes: v.object({
      profiles: v.object({
        data: boundedArray(Row, {
          min: 1,
          tooFew: 'The request has no profiles.',
          max: MAX_PROFILES,
          tooMany: () => `More than ${MAX_PROFILES} profiles. Send several jobs.`,
        }),
      }),
    }),
    relationships: v.nullish(
      v.object({
        lists: v.nullish(
          v.object({
            data: boundedArray(v.object({ type: v.literal('list'), id: ListId }), {
              max: MAX_LISTS,
              tooMany: () => `More than ${MAX_LISTS} lists.`,
            }),
          }),
        ),
      }),
    ),
  }),
});
export type BulkRequest = v.InferOutput<typeof BulkRequest>;
