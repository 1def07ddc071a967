import type { BulkJob } from '../../../domains/bulk-imports/job.ts';
import { listImported } from '../../../domains/bulk-imports/read.ts';
import { findLists } from '../../../domains/lists/actions.ts';
import { type Profile, profileBytes } from '../../../domains/profiles/records/profile.ts';
import { readProfiles } from '../../../domains/profiles/records/resolve.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { defineRelationships, toMany } from '../resource.ts';
import { listView } from '../views/list.ts';
import { ProfileView } from '../views/profile.ts';
import { profileQueryOptions, profileResources } from '../views/profile-resources.ts';
import { getBulkJob } from './get-bulk-job.ts';
import { BULK_JOB, BULK_JOBS_PATH, BulkJobView } from './view.ts';

const lists = toMany({
  ...fromView(listView),
  noun: { one: 'list', many: 'lists' },
  read: async (job: BulkJob, _, context) => ({ items: await findLists(job.lists, context) }),
  related: {
    operation: 'getListForBulkImportProfilesJob',
    summary: 'Get the lists that a bulk import job adds to',
    scope: 'lists:read',
  },
  ids: {
    operation: 'getListIdsForBulkImportProfilesJob',
    summary: 'Get the ids of the lists that a bulk import job adds to',
    scope: 'lists:read',
    read: async (job) => ({ items: job.lists }),
  },
});

const profiles = toMany({
  type: 'profile',
  noun: { one: 'profile', many: 'profiles' },
  schema: ProfileView,
  reading: { page: { default: 20, max: 100 } },

  async read(job: BulkJob, { page }, context) {
    const { items: ids, ...cursors } = await listImported(job, page, context);
    return { ...cursors, items: await readProfiles(ids, context) };
  },

  show: (related: readonly Profile[], selection, context) => profileResources(related, selection, context),
  idOf: ({ id }) => id,
  related: {
    operation: 'getProfilesForBulkImportProfilesJob',
    summary: 'Get the profiles that a bulk import job imported',
    additionalFields: profileQueryOptions.additionalFields,
    bytesOf: profileBytes,
  },
  ids: {
    operation: 'getProfileIdsForBulkImportProfilesJob',
    summary: 'Get the ids of the profiles that a bulk import job imported',
    read: (job, { page }, context) => listImported(job, page, context),
  },
});

export const routes = defineRelationships({
  type: BULK_JOB,
  path: BULK_JOBS_PATH,
  schema: BulkJobView,
  noun: { one: 'bulk import job', many: 'bulk import jobs' },
  scope: 'profiles',
  getOne: getBulkJob,
  relationships: { lists, profiles },
});
