import { ApiError } from '../errors.ts';
import type { Services } from '../resources/services.ts';
import type { Entity } from '../table/entity.ts';
import { listPage, type Page } from '../table/listing/pages.ts';
import type { JobListing } from './job.ts';

type Deps = Pick<Services, 'table'>;

/** A ULID, or a hash of what the job is for: nothing else is looked up. */
const isJobId = (id: string): boolean => /^[0-9A-Za-z-]{4,40}$/.test(id);

const absent = (id: string): string => `There is no job ${id}.`;

/** How jobs of one kind are found. */
export const reading = <Job extends Id, Id extends object>(of: Entity<Job, Id>, absence = absent) => ({
  get: async (id: Id & { readonly id: string }, { table }: Deps): Promise<Job> => {
    const job = isJobId(id.id) ? await table.get(of, id) : undefined;
    if (!job) throw new ApiError('not_found', { detail: absence(id.id.slice(0, 100)) });
    return job;
  },

  list: async ({ idOf, ...listing }: JobListing<Id>, { table }: Deps): Promise<Page<Job>> => {
    const { items, ...cursors } = await listPage(table, listing);
    if (!idOf) return { ...cursors, items: items.map(of.fromItem) };
    // One that has just changed its place in an index may stand there twice.
    const ids = [...new Map(items.map(idOf).map((id) => [JSON.stringify(id), id])).values()];
    const jobs = await table.getMany(of, ids);
    return { ...cursors, items: jobs.filter((job) => job !== undefined) };
  },
});
