import type { Services } from '../../../platform/resources/services.ts';
import { removeVersions } from '../../../platform/storage/files.ts';
import { removeForErasure } from '../../../platform/table/write.ts';
import { readSettings } from '../../accounts/actions.ts';
import { filterErased } from '../../erased/actions.ts';
import type { Job } from '../jobs/job.ts';
import { reportPlaces } from '../jobs/store.ts';
import { fileNameMatcher, listNamedPersons } from '../names/file-name.ts';
import { mappingKeys, nameOf, withoutEnding } from '../names/keys.ts';
import { reportKey, reportPlace } from '../places/report-keys.ts';

/** The texts of a job that may name a person: its file and its errors. */
export const namesOf = ({ key, error, lastError, layout }: Job): string[] =>
  [key, error, lastError, layout?.mappedBy?.id, layout?.mappedBy?.name].filter((text) => text !== undefined);

/** The keys of the items that map a report's name to its job. */
export const reportPlacesOf = ({ account, key: own }: Job) =>
  [own, reportKey(own)].map((key) => reportPlaces.key({ account, key: reportPlace(key) }));

type Named = Partial<Pick<Job, 'key' | 'layout'>>;

/** Renames the file to its job's id, and removes errors that name the person. */
export const withoutNames = (
  { id, account, kind, key, error, lastError, layout }: Job,
  isNamed: (text: string) => boolean,
): { readonly set: Named & { readonly error?: string }; readonly remove: readonly string[] } => {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const { mappedBy, ...read } = layout ?? { delimiter: '', headers: [] };
  const isBy = mappedBy && ![mappedBy.id, mappedBy.name ?? ''].some(isNamed);
  return {
    set: {
      ...(isNamed(key) && { key: `${isNamed(folder) ? `${kind}/${account}/` : folder}${id}.csv` }),
      ...(layout && mappedBy && { layout: { ...read, ...(isBy && { mappedBy }) } }),
      ...(error !== undefined && isNamed(error) && { error: GONE }),
    },
    remove: lastError !== undefined && isNamed(lastError) ? ['lastError'] : [],
  };
};

const GONE = 'The reason contained an identifier of an erased person.';

/**
 * Returns the final change of a job whose file is named after an erased person. The objects with such names are removed
 * first, so that the worker after a killed one repeats it.
 */
export const endOfErasedName = async (
  job: Job,
  services: Pick<Services, 'table' | 'imports' | 'now'>,
): Promise<Named> => {
  const { account } = job;
  const { accountSettings } = await readSettings(account, services);
  if (!accountSettings?.hasErased) return {};
  const asked = listNamedPersons(withoutEnding(nameOf(job.key)));
  const erased = await filterErased(asked, { account, accountSettings, ...services });
  if (erased.length === 0) return {};
  const files = services.imports();
  for (const key of [job.key, reportKey(job.key), ...mappingKeys(job.key)]) {
    const { versions } = await files.versions(key);
    await removeVersions(
      versions.filter((one) => one.key === key),
      files,
    );
  }
  for (const place of reportPlacesOf(job)) await services.table.write(removeForErasure(place));
  const { key, layout } = withoutNames(job, fileNameMatcher(erased)).set;
  return { ...(key !== undefined && { key }), ...(layout && { layout }) };
};
