import { identifierKinds } from '../../model/identity.ts';
import type { Person } from '../../model/personal-data/person.ts';
import { readAllItems } from '../../platform/table/listing/pages.ts';
import type { Context } from '../accounts/context.ts';
import type { ProfileResource } from '../profiles/records/profile.ts';
import type { BulkJob } from './job.ts';
import { readPayload } from './payload.ts';
import { listBulkJobs } from './read.ts';
import { importedProfiles, rowErrors } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'imports'>;

export interface BulkRow {
  readonly row: number;
  /** Absent if it is no longer stored. */
  readonly profile?: ProfileResource;
  /** The reason of a refusal. */
  readonly error?: string;
}

const PAGE = 100;

/** Reads the rows of retained bulk imports about a person, job by job after a position, oldest first. */
export async function* bulkRowsAbout(
  person: Person,
  behind: string | undefined,
  context: Deps,
): AsyncGenerator<{ readonly job: BulkJob; readonly rows: readonly BulkRow[] }> {
  const sort = { field: 'created_at', descending: false };
  for await (const job of readAllItems((page) => listBulkJobs({ filters: [], sort, page }, context), PAGE))
    if (behind === undefined || job.id > behind) yield { job, rows: await rowsIn(job, person, context) };
}

const rowsIn = async (job: BulkJob, person: Person, context: Deps): Promise<BulkRow[]> => {
  const { account, table } = context;
  const payload = await readPayload(job, context);
  if (!payload) {
    const asked = person.profileIds.map((profileId) => ({ account, job: job.id, profileId }));
    return (await table.getMany(importedProfiles, asked)).flatMap((one) => (one ? [{ row: 0 }] : []));
  }
  const isTheirs = aboutPerson(person);
  const rows = payload.flatMap((profile, i) => (isTheirs(profile) ? [{ row: i + 1, profile }] : []));
  const errors = await table.getMany(
    rowErrors,
    rows.map(({ row }) => ({ account, job: job.id, row })),
  );
  return rows.map((one, i) => ({ ...one, ...(errors[i] && !errors[i].isNote && { error: errors[i].detail }) }));
};

const aboutPerson = ({ profileIds, identifiers }: Person): ((profile: ProfileResource) => boolean) => {
  const known = new Set(identifiers.map(({ kind, value }) => `${kind} ${value}`));
  return ({ id, attributes }) =>
    (id !== undefined && id !== null && profileIds.includes(id)) ||
    identifierKinds.some((kind) => known.has(`${kind} ${attributes[kind]}`));
};
