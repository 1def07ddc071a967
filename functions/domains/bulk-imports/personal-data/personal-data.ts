import type { FileDeps } from '../../../model/personal-data/erasure.ts';
import { countForAll, type FileLocation, type FileSearch, targetMatcher } from '../../../model/personal-data/files.ts';
import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { payloadPrefix, planPayload, receiptsOf } from '../erase.ts';
import { bulkJobs, importedProfiles, rowErrors } from '../store.ts';
import { bulkImports } from './bulk-imports-section.ts';
import { folders } from './folders.ts';

const payloadPlace = ({ targets }: FileSearch, deps: FileDeps): FileLocation => {
  const files = deps.imports();
  const isTheirs = targetMatcher(targets);
  return {
    prefix: payloadPrefix(deps.account),
    files,
    since: undefined,
    plan: async (_, versions) => {
      const plan = await planPayload(versions, isTheirs, { ...deps, files });
      return plan && { ...plan, counts: countForAll(targets, plan.rows > 0 ? { 'imports/bulk-row': plan.rows } : {}) };
    },
  };
};

export const personalData: PersonalData = {
  items: [
    { entity: importedProfiles, section: 'bulk-imports' },
    {
      entity: rowErrors,
      section: 'bulk-imports',
      outlives: 'Why a row was refused, by its number, for 30 days. The person of the row is removed.',
    },
  ],
  impersonalItems: [{ entity: bulkJobs, reason: 'Counts of rows.' }],
  folders,
  export: { sections: [bulkImports] },
  erase: {
    namedItems: [{ name: 'receipts', find: ({ profileIds }, deps) => receiptsOf(profileIds, deps) }],
    listFiles: async (search, deps) => [payloadPlace(search, deps)],
  },
};
