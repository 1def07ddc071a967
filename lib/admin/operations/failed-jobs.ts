import { replayJob } from '../../../functions/api/replays/replay-job.ts';
import { listBulkJobs } from '../../../functions/domains/bulk-imports/read.ts';
import { bulkImport } from '../../../functions/domains/bulk-imports/run.ts';
import { bulkActions, bulkObjects } from '../../../functions/domains/catalog/bulk/job.ts';
import { listCatalogJobs } from '../../../functions/domains/catalog/bulk/read.ts';
import { catalogBulk } from '../../../functions/domains/catalog/bulk/run.ts';
import { deleteCategory } from '../../../functions/domains/catalog/delete.ts';
import { deleteItem } from '../../../functions/domains/catalog/delete-item.ts';
import {
  catalogCategories,
  catalogItems,
  idOfPlace,
  leavingItemsPk,
  listPartitions,
} from '../../../functions/domains/catalog/records/store.ts';
import { retryConfirmation } from '../../../functions/domains/consent/opt-in/mail.ts';
import { jobListing } from '../../../functions/domains/consent/suppressions/job.ts';
import { listSuppressionJob } from '../../../functions/domains/consent/suppressions/suppress-list.ts';
import { listExports } from '../../../functions/domains/exports/actions.ts';
import { exportJob } from '../../../functions/domains/exports/run.ts';
import { syncJob } from '../../../functions/domains/feeds/sync/job.ts';
import { listSyncs } from '../../../functions/domains/feeds/sync/start.ts';
import { listImportJobs } from '../../../functions/domains/imports/jobs/lookup.ts';
import { retryImportJob } from '../../../functions/domains/imports/uploads/retry.ts';
import { deleteList } from '../../../functions/domains/lists/delete.ts';
import { lists, listsPk } from '../../../functions/domains/lists/store.ts';
import { accessJob } from '../../../functions/domains/privacy/access/run.ts';
import { listAccessJobs } from '../../../functions/domains/privacy/access/start.ts';
import { listDeletions, resumeDeletion } from '../../../functions/domains/privacy/erasures.ts';
import { replayJobsPk } from '../../../functions/domains/receipts/rejected/replay/job.ts';
import { resendJob, resendJobs, resendJobsPk } from '../../../functions/domains/webhooks/resend/job.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { listPage, readAllItems } from '../../../functions/platform/table/listing/pages.ts';
import type { QueueServices, Target } from '../deployment/target.ts';

export interface FailedJob {
  readonly kind: JobKind;
  readonly id: string;
  readonly error: string;
}

interface Kind {
  /** The service whose queue gets its messages. */
  readonly queue: keyof QueueServices;
  failed(account: string, services: Services): AsyncGenerator<Omit<FailedJob, 'kind'>>;
  retry(id: string, account: string, services: Services): Promise<unknown>;
}

const PAGE = 100;

interface Job {
  readonly id: string;
  readonly status: string;
  readonly error?: string | undefined;
}

async function* withError(jobs: AsyncIterable<Job>): AsyncGenerator<Omit<FailedJob, 'kind'>> {
  for await (const job of jobs) yield* failedOf(job);
}

const failedOf = ({ id, status, error = '' }: Job): Omit<FailedJob, 'kind'>[] =>
  status === 'failed' ? [{ id, error }] : [];

const suppressions = (kind: 'create' | 'delete'): Kind => ({
  queue: 'consent',
  failed: (account, services) => {
    const query = jobListing({ account, kind }, { status: 'failed' });
    return withError(
      readAllItems((page) => listSuppressionJob.list({ ...query, descending: true, ...page }, services), PAGE),
    );
  },
  retry: async (id, account, services) =>
    listSuppressionJob.retry(await listSuppressionJob.get({ account, kind, id }, services), services),
});

async function* failedDeletions(account: string, { table }: Services): AsyncGenerator<Omit<FailedJob, 'kind'>> {
  // An account has at most a thousand lists.
  for (const list of await table.queryOf(lists, { pk: listsPk(account), prefix: 'LIST#', limit: 1_000 }))
    if (list.deletionError !== undefined) yield { id: list.id, error: list.deletionError };
}

/** A category stays in the listing until its deletion has ended. */
async function* failedCategoryDeletions(account: string, { table }: Services): AsyncGenerator<Omit<FailedJob, 'kind'>> {
  const partitions = listPartitions('CATEGORY', account);
  const entries = readAllItems(
    (page) => listPage(table, { index: 'gsi1', partitions, descending: true, ...page }),
    PAGE,
  );
  for await (const { gsi1sk } of entries) {
    const category = await table.get(catalogCategories, { account, id: idOfPlace(String(gsi1sk)) });
    if (category?.deletionError !== undefined) yield { id: category.id, error: category.deletionError };
  }
}

async function* failedItemDeletions(account: string, { table }: Services): AsyncGenerator<Omit<FailedJob, 'kind'>> {
  const listing = { index: 'gsi2', partitions: [leavingItemsPk(account)], descending: true } as const;
  for await (const { gsi2sk } of readAllItems((page) => listPage(table, { ...listing, ...page }), PAGE)) {
    const item = await table.get(catalogItems, { account, id: String(gsi2sk) });
    if (item?.deletionError !== undefined) yield { id: item.id, error: item.deletionError };
  }
}

async function* failedCatalogJobs(account: string, { table }: Services): AsyncGenerator<Omit<FailedJob, 'kind'>> {
  const filters = [{ field: 'status', operator: 'equals' as const, values: ['failed'] }];
  for (const object of bulkObjects)
    for (const action of bulkActions)
      yield* withError(
        readAllItems((page) => listCatalogJobs({ action, object }, { filters, page }, { account, table }), PAGE),
      );
}

const kinds = {
  import: {
    queue: 'services',
    failed: (account, services) =>
      withError(readAllItems((page) => listImportJobs(account, services, { statuses: ['failed'], ...page }), PAGE)),
    retry: (id, account, services) => retryImportJob(account, id, services),
  },
  'bulk-import': {
    queue: 'profiles',
    failed: (account, services) => {
      const filters = [{ field: 'status', operator: 'equals' as const, values: ['failed'] }];
      return withError(readAllItems((page) => listBulkJobs({ filters, page }, { ...services, account }), PAGE));
    },
    retry: async (id, account, services) => bulkImport.retry(await bulkImport.get({ account, id }, services), services),
  },
  suppress: suppressions('create'),
  unsuppress: suppressions('delete'),
  'delete-list': {
    queue: 'lists',
    failed: failedDeletions,
    retry: (id, account, services) => deleteList(id, { ...services, account }),
  },
  'catalog-bulk': {
    queue: 'catalog',
    failed: failedCatalogJobs,
    retry: async (id, account, services) =>
      catalogBulk.retry(await catalogBulk.get({ account, id }, services), services),
  },
  'delete-catalog-category': {
    queue: 'catalog',
    failed: failedCategoryDeletions,
    retry: (id, account, services) => deleteCategory(id, { ...services, account }),
  },
  'delete-catalog-item': {
    queue: 'catalog',
    failed: failedItemDeletions,
    retry: (id, account, services) => deleteItem(id, { ...services, account }),
  },
  'catalog-feed-sync': {
    queue: 'feeds',
    failed: (account, services) => withError(readAllItems((page) => listSyncs(page, { ...services, account }), PAGE)),
    retry: async (id, account, services) => syncJob.retry(await syncJob.get({ account, id }, services), services),
  },
  erasure: {
    queue: 'privacy',
    failed: (account, services) =>
      withError(readAllItems((page) => listDeletions(page, { ...services, account }), PAGE)),
    retry: (id, account, services) => resumeDeletion(id, { ...services, account }),
  },
  access: {
    queue: 'privacy',
    failed: (account, services) =>
      withError(readAllItems((page) => listAccessJobs(page, { ...services, account }), PAGE)),
    retry: async (id, account, services) => accessJob.retry(await accessJob.get({ account, id }, services), services),
  },
  'webhook-resend': {
    queue: 'webhooks',
    async *failed(account, { table }) {
      // They are kept for 30 days.
      const jobs = readAllItems(
        (page) => listPage(table, { partitions: [resendJobsPk(account)], prefix: 'JOB#', descending: true, ...page }),
        PAGE,
      );
      for await (const item of jobs) yield* failedOf(resendJobs.fromItem(item));
    },
    retry: async (id, account, services) => resendJob.retry(await resendJob.get({ account, id }, services), services),
  },
  'rejected-replay': {
    queue: 'lists',
    failed: (account, services) => {
      const listing = { partitions: [replayJobsPk(account)], prefix: 'JOB#', descending: true };
      return withError(readAllItems((page) => replayJob.list({ ...listing, ...page }, services), PAGE));
    },
    retry: async (id, account, services) => replayJob.retry(await replayJob.get({ account, id }, services), services),
  },
  export: {
    queue: 'privacy',
    failed: (account, services) => withError(readAllItems((page) => listExports(page, { ...services, account }), PAGE)),
    retry: async (id, account, services) => exportJob.retry(await exportJob.get({ account, id }, services), services),
  },
  /** They cannot be listed. Their ids are in the messages of the dead-letter queue. */
  'confirmation-mail': {
    queue: 'consent',
    async *failed() {},
    retry: (id, account, services) => retryConfirmation({ account, id }, services),
  },
} satisfies Record<string, Kind>;

export type JobKind = keyof typeof kinds;

// The compiler types the keys of an object as `string`.
export const jobKinds = Object.keys(kinds) as JobKind[];

/** Lists the failed jobs of an account, by kind. */
export async function* failedJobs(account: string, target: Target): AsyncGenerator<FailedJob> {
  for (const kind of jobKinds) {
    const { queue, failed }: Kind = kinds[kind];
    for await (const job of failed(account, target[queue])) yield { kind, ...job };
  }
}

export const retryJob = async (kind: JobKind, id: string, account: string, target: Target): Promise<void> => {
  const { queue, retry }: Kind = kinds[kind];
  await retry(id, account, target[queue]);
};
