import { accountView } from '../../../functions/api/klaviyo/accounts/view.ts';
import { changeView } from '../../../functions/api/klaviyo/imports/dry-run-view.ts';
import { mappingView } from '../../../functions/api/klaviyo/imports/mapping-view.ts';
import { errorView, jobView } from '../../../functions/api/klaviyo/imports/view.ts';
import type { Change } from '../../../functions/domains/imports/dry-run/changes.ts';
import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import type { Progress } from '../../../functions/domains/imports/jobs/progress.ts';
import type { SavedMapping } from '../../../functions/domains/imports/mappings/saved.ts';
import type { Failure } from '../../../functions/domains/imports/outcomes/failure.ts';
import type { Account } from '../../../functions/model/account.ts';
import type { Resource } from '../../../functions/platform/http/response/jsonapi.ts';

/** Links are left out: they begin with the address of the API, which these commands don't ask. */
const nowhere = { origin: '' };

const plain = ({ id, attributes }: Pick<Resource, 'id' | 'attributes'>): Readonly<Record<string, unknown>> => ({
  id,
  ...attributes,
});

/** `--json` answers with the fields that the API has for the same thing, beside its id. */
export const importJson = (job: Job, progress: Progress): object => plain(jobView(job, progress, nowhere));

export const failureJson = (job: Job, failure: Failure): object => plain(errorView(job, failure, nowhere));

export const changeJson = (job: Job, change: Change): object => plain(changeView(job, change, nowhere));

export const mappingJson = (saved: SavedMapping): object => plain(mappingView.show(saved, nowhere));

/** With its name and its settings, which the API has not, as `accounts set` calls them. */
export const accountJson = (account: Account): object => {
  const { id, name, createdAt, isTest: _, timezone: __, ...settings } = account;
  const { attributes } = accountView({ accountSettings: account, ...nowhere });
  return { id, name, created_at: createdAt, ...attributes, ...settings };
};
