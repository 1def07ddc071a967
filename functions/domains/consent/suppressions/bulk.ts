import * as v from 'valibot';
import { Email } from '../../../model/identity.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import { type Entries, unknownMembersOf } from '../../../platform/http/members/entries.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { create } from '../../../platform/table/write.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import type { Context } from '../../accounts/context.ts';
import { filterErased } from '../../erased/actions.ts';
import { findList } from '../../lists/actions.ts';
import { ListId } from '../../lists/list.ts';
import { type Outcome, outcomes } from '../../receipts/outcome.ts';
import { ENTRIES_PATH, ENTRIES_POINTER, entriesAt, entrySchema, validationProblems } from '../records/bulk-entry.ts';
import { evidenceFrom } from '../records/evidence.ts';
import { applyToEmail } from './apply.ts';
import { type JobKind, jobListing, newJob, type SuppressionJob, suppressionJobs } from './job.ts';
import { listSuppressionJob } from './suppress-list.ts';

const MAX_ADDRESSES = 100;

const relationship = <const Type extends string>(type: Type) =>
  v.nullish(v.object({ data: v.nullish(v.object({ type: v.literal(type), id: ListId })) }));

export const jobBody = <const Type extends string>(type: Type) =>
  v.object({
    data: v.object({
      type: v.literal(type),
      attributes: v.nullish(
        v.object({
          profiles: v.nullish(
            v.object({
              data: boundedArray(
                entrySchema(v.object({ type: v.literal('profile'), attributes: v.object({ email: Email }) })),
                {
                  min: 1,
                  tooFew: 'Name at least one profile.',
                  max: MAX_ADDRESSES,
                  tooMany: (count) => `${count} profiles; at most ${MAX_ADDRESSES} are allowed.`,
                },
              ),
            }),
          ),
        }),
      ),
      relationships: v.nullish(v.object({ list: relationship('list'), segment: relationship('segment') })),
    }),
  });

type Body = v.InferOutput<ReturnType<typeof jobBody>>;

/** For the `entries` of a route. */
export const jobEntries: Entries = {
  list: ENTRIES_POINTER,
  problems: (body) =>
    entriesAt(body, ENTRIES_PATH).flatMap((entry, i) => validationProblems(entry, `${ENTRIES_POINTER}/${i}`)),
};

/** Starts a job. Addresses are processed before the answer, a list's members afterwards by a worker. */
export const startJob = async (kind: JobKind, body: Body, context: Context): Promise<SuppressionJob> => {
  const { data } = body;
  const listId = data.relationships?.list?.data?.id;
  const entries = data.attributes?.profiles?.data ?? [];
  const problemsOfEntry = (entry: (typeof entries)[number], i: number): readonly Problem[] => [
    ...unknownMembersOf(body, i),
    ...validationProblems(entry, `${ENTRIES_POINTER}/${i}`),
  ];
  const entryProblems = entries.flatMap(problemsOfEntry);
  const problems = bodyProblems(data);
  if (problems.length > 0) throw new ApiError('invalid', [...problems, ...entryProblems]);
  if (listId !== undefined) return startListJob(kind, listId, context);
  const addresses = entries.map((entry, i) =>
    entry.isRead && problemsOfEntry(entry, i).length === 0 ? entry.value.attributes.email : undefined,
  );
  const job = addresses.some((one) => one !== undefined) ? await applyToAddresses(kind, addresses, context) : undefined;
  if (entryProblems.length === 0 && job) return job;
  // The valid entries have been applied. It is safe to send the whole request again.
  throw new ApiError(
    'invalid',
    entryProblems.map((problem) => ({ ...problem, ...(job && { meta: { job_id: job.id } }) })),
  );
};

const bodyProblems = ({ attributes, relationships }: Body['data']): Problem[] => {
  const problem = (detail: string, pointer: string): Problem => ({ detail, source: { pointer } });
  const { list, segment } = relationships ?? {};
  if (segment?.data) {
    const detail = 'Segments are not supported yet. Name a list, or up to 100 e-mail addresses.';
    return [problem(detail, '/data/relationships/segment')];
  }
  if (list?.data && attributes?.profiles)
    return [problem('Name either profiles or a list, not both.', '/data/relationships/list')];
  if (!list?.data && !attributes?.profiles)
    return [problem('Name the profiles, by e-mail address, or a list.', '/data/attributes/profiles')];
  return [];
};

const startListJob = async (kind: JobKind, listId: string, context: Context): Promise<SuppressionJob> => {
  const { account, now, newId } = context;
  if (!(await findList(listId, context))) {
    const source = { pointer: '/data/relationships/list/data/id' };
    throw new ApiError('not_found', { detail: `There is no list ${listId}.`, source });
  }
  const evidence = evidenceFrom(context);
  const job = newJob({ account, kind, id: newId(), status: 'queued', listId, evidence }, now());
  return listSuppressionJob.start(job, context);
};

const PARALLEL = 16;

const applyToAddresses = async (
  kind: JobKind,
  given: readonly (string | undefined)[],
  context: Context,
): Promise<SuppressionJob> => {
  const { account, table, now, newId } = context;
  const at = now();
  const evidence = evidenceFrom(context);
  const addresses = given.filter((one) => one !== undefined);
  const identifiers = [...new Set(addresses)].map((value) => ({ kind: 'email' as const, value }));
  // Nobody sends messages to erased people, and their addresses must not be stored.
  const erased = new Set((await filterErased(identifiers, context)).map(({ value }) => value));
  const values = identifiers.flatMap(({ value }) => (erased.has(value) ? [] : [value]));
  const isChange = await inParallel(values, PARALLEL, (value) => applyToEmail(kind, value, { at, evidence }, context));
  const changed = new Set(values.filter((_, i) => isChange[i]));
  const completed = changed.size;
  const total = addresses.length;
  const counts = { total, completed, skipped: total - completed };
  const outcomeOf = (address: string | undefined): Outcome => {
    if (address === undefined) return 'rejected';
    if (erased.has(address)) return 'erased';
    return changed.has(address) ? 'stored' : 'duplicate';
  };
  const results = given.map((address) => outcomes.indexOf(outcomeOf(address))).join('');
  const job = newJob(
    { account, kind, id: newId(), status: 'complete', ...counts, results, completedAt: now().toISOString() },
    at,
  );
  await table.write(create(suppressionJobs, job));
  return job;
};

export const listJobs = async (kind: JobKind, { filters, sort, page }: Selection, { account, table }: Context) => {
  const filterValues = (field: string): string[] => [
    ...new Set(filters.flatMap((filter) => (filter.field === field ? filter.values.map(String) : []))),
  ];
  const [status, ...otherStatuses] = filterValues('status');
  const [listId, ...otherLists] = filterValues('list_id');
  // A job has one status and at most one list, and never a segment.
  if ([...otherStatuses, ...otherLists, ...filterValues('segment_id')].length > 0) return { items: [] };
  const listing = jobListing({ account, kind }, { ...(status && { status }), ...(listId !== undefined && { listId }) });
  const { items, ...cursors } = await listSuppressionJob.list(
    { ...listing, descending: sort?.descending ?? true, ...page },
    { table },
  );
  // A list has few jobs, so this drops few.
  return { items: items.filter((job) => status === undefined || job.status === status), ...cursors };
};
