import { accountView } from '../../../functions/api/klaviyo/accounts/view.ts';
import { changeView } from '../../../functions/api/klaviyo/imports/dry-run-view.ts';
import { mappingView } from '../../../functions/api/klaviyo/imports/mapping-view.ts';
import { errorView, jobView } from '../../../functions/api/klaviyo/imports/view.ts';
import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import type { Progress } from '../../../functions/domains/imports/jobs/progress.ts';
import type { Change } from '../../../functions/domains/imports/kinds/change.ts';
import type { SavedMapping } from '../../../functions/domains/imports/mappings/saved-mapping.ts';
import type { Failure } from '../../../functions/domains/imports/outcomes/failure.ts';
import type { Account } from '../../../functions/model/account.ts';
import type { Resource } from '../../../functions/platform/http/response/jsonapi.ts';

/** The views need an origin for links, which `withoutLinks` removes. */
const noOrigin = { origin: '' };

const withoutLinks = ({ id, attributes }: Pick<Resource, 'id' | 'attributes'>): Readonly<Record<string, unknown>> => ({
  id,
  ...attributes,
});

/** `--json` prints the id and the attributes of the API's resource. */
export const importJson = (job: Job, progress: Progress): object => withoutLinks(jobView(job, progress, noOrigin));

export const failureJson = (job: Job, failure: Failure): object => withoutLinks(errorView(job, failure, noOrigin));

export const changeJson = (job: Job, change: Change): object => withoutLinks(changeView(job, change, noOrigin));

export const mappingJson = (saved: SavedMapping): object => withoutLinks(mappingView.show(saved, noOrigin));

/** Adds the name and the settings, which the API does not have, by their names in `accounts set`. */
export const accountJson = (account: Account): object => {
  const { id, name, createdAt, isTest: _, timezone: __, ...settings } = account;
  const { attributes } = accountView({ accountSettings: account, ...noOrigin });
  return { id, name, created_at: createdAt, ...attributes, ...settings };
};
