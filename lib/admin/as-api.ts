import type { Account } from '../../functions/accounts/account.ts';
import { accountView } from '../../functions/accounts/view.ts';
import type { Resource } from '../../functions/http/jsonapi.ts';
import type { Change } from '../../functions/imports/dry-run/changes.ts';
import { changeView } from '../../functions/imports/dry-run/view.ts';
import type { Failure, Job } from '../../functions/imports/job.ts';
import type { SavedMapping } from '../../functions/imports/mappings/saved.ts';
import { mappingView } from '../../functions/imports/mappings/view.ts';
import type { Progress } from '../../functions/imports/progress.ts';
import { errorView, jobView } from '../../functions/imports/view.ts';

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

export const mappingJson = (saved: SavedMapping): object => plain(mappingView(saved, nowhere));

/** With its name and its settings, which the API has not, as `accounts set` calls them. */
export const accountJson = (account: Account): object => {
  const { id, name, createdAt, isTest: _, timezone: __, ...settings } = account;
  const { attributes } = accountView({ accountSettings: account, ...nowhere });
  return { id, name, created_at: createdAt, ...attributes, ...settings };
};
