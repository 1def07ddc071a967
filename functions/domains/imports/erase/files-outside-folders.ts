import type { Services } from '../../../platform/resources/services.ts';
import type { Files } from '../../../platform/storage/files.ts';
import { allImportJobs } from '../jobs/lookup.ts';
import { mappingKeys } from '../names/keys.ts';
import { reportKey } from '../places/report-keys.ts';

type Deps = Pick<Services, 'table' | 'imports' | 'now'> & { readonly account: string };

/** The number of keys per page. */
const PAGE = 50;

/**
 * Lists the files of an account outside its own folders, from when it was the only account. Their keys come from its
 * jobs. Files below `prefixes` are searched elsewhere.
 */
export const filesOutsideFolders = (prefixes: readonly string[], context: Deps): Pick<Files, 'versions'> => {
  let found: Promise<readonly string[]> | undefined;
  const keys = async (): Promise<readonly string[]> => {
    const all = new Set<string>();
    for (const { key } of await allImportJobs(context.account, context))
      for (const one of [key, reportKey(key), ...mappingKeys(key)])
        if (!prefixes.some((prefix) => one.startsWith(prefix))) all.add(one);
    return [...all].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  };
  return {
    async versions(_, after) {
      found ??= keys();
      const isBehind = (key: string): boolean =>
        after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
      const rest = (await found).filter(isBehind);
      const some = rest.slice(0, PAGE);
      const versions = [];
      // A key sorts before all keys that it is a prefix of.
      for (const key of some)
        versions.push(...(await context.imports().versions(key)).versions.filter((one) => one.key === key));
      // An empty page would make the sweep start again from here.
      return versions.length > 0 || rest.length <= PAGE
        ? { versions, isLast: rest.length <= PAGE }
        : this.versions(_, some.at(-1));
    },
  };
};
