import { defineSyncJob } from './job.ts';

/** The sync of feeds with the catalog. */
export const syncJob = defineSyncJob(async () => (await import('./catalog-store.ts')).catalogStore);
