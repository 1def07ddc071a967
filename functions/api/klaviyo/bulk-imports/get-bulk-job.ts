import type { Context } from '../../../domains/accounts/context.ts';
import type { BulkJob } from '../../../domains/bulk-imports/job.ts';
import { bulkImport } from '../../../domains/bulk-imports/run.ts';

/** One job by its id. @throws ApiError `not_found` */
export const getBulkJob = (id: string, context: Pick<Context, 'account' | 'table'>): Promise<BulkJob> =>
  bulkImport.get({ account: context.account, id }, context);
