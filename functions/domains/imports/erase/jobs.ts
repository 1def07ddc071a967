import type { Services } from '../../../platform/resources/services.ts';
import type { Files, FileVersion } from '../../../platform/storage/files.ts';
import { removeForErasure, update } from '../../../platform/table/write.ts';
import { jobs } from '../jobs/store.ts';
import { namesOf, reportPlacesOf, withoutNames } from './names.ts';
import { isOver, type Removal } from './objects.ts';

type Deps = Pick<Services, 'table'> & { readonly account: string };

/** Plans the erasure of a job whose file is named after a person. */
export const planJob = async (
  id: string,
  isNamed: (text: string) => boolean,
  { account, table }: Deps,
): Promise<Removal | undefined> => {
  const job = await table.get(jobs, { account, id });
  if (!job || !namesOf(job).some(isNamed)) return undefined;
  if (!isOver(job)) return { counts: {}, kept: 1, apply: async () => {} };
  return {
    counts: { 'table/file-name': 1 },
    kept: 0,
    apply: async () => {
      for (const place of reportPlacesOf(job)) await table.write(removeForErasure(place));
      await table.write(update(jobs, job, withoutNames(job, isNamed)));
    },
  };
};

const PAGE = 500;

/** Lists the jobs of one index partition that name a person, as keys for a sweep: `<time>#<id>`. */
export const namingJobs = (isNamed: (text: string) => boolean, { account, table }: Deps): Pick<Files, 'versions'> => ({
  async versions(pk, behind) {
    for (let after = behind; ; ) {
      const items = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== undefined && { after }) });
      const keys = items.map(({ gsi1sk }) => String(gsi1sk));
      const all = await table.getMany(
        jobs,
        keys.map((key) => ({ account, id: jobIn(key) })),
      );
      const versions = keys.filter((_, i) => all[i] && namesOf(all[i]).some(isNamed)).map(asVersion);
      const isLast = items.length < PAGE;
      if (versions.length > 0 || isLast) return { versions, isLast };
      after = keys.at(-1);
    }
  },
});

const asVersion = (key: string): FileVersion => ({
  key,
  versionId: 'null',
  etag: '',
  isCurrent: true,
  isDeleteMarker: false,
  modified: new Date(0),
});

export const jobIn = (key: string): string => key.slice(key.lastIndexOf('#') + 1);
