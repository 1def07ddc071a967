import type { Services } from '../../../platform/resources/services.ts';
import { findListIdByName } from '../../lists/actions.ts';
import type { Mapping } from '../columns/mapping.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { nameOf } from '../names/keys.ts';
import { FileError } from '../outcomes/file-error.ts';
import { mappingOfHeaders } from './actions.ts';
import { conflictsAmong, listAdjacentMappings, readClosestMapping } from './mapping-file.ts';
import { parseMapping } from './parse.ts';

export type ChosenMapping = Pick<Layout, 'mapping' | 'mappedBy' | 'list'>;

type Deps = Pick<Services, 'imports' | 'table'>;

/**
 * Chooses the mapping of a file with these headers, its source, and the list that its people join. A mapping beside the
 * file replaces a saved one completely.
 */
export const chooseMapping =
  (job: Pick<Job, 'account' | 'key' | 'kind'>, services: Deps) =>
  async (headers: readonly string[]): Promise<ChosenMapping> => {
    const said = (await readAdjacentMapping(job, services)) ?? (await findSavedMapping(job, headers, services));
    if (!said) return {};
    const list = await listOf(said.mapping, { account: job.account, table: services.table });
    return { ...said, ...(list !== undefined && { list }) };
  };

interface MappingSource {
  readonly mapping: Mapping;
  readonly mappedBy: NonNullable<Layout['mappedBy']>;
}

const readAdjacentMapping = async (
  { key, kind }: Pick<Job, 'key' | 'kind'>,
  { imports }: Deps,
): Promise<MappingSource | undefined> => {
  const beside = await listAdjacentMappings(key, imports());
  const conflicts = conflictsAmong(beside, key);
  if (conflicts.length > 0)
    throw new FileError(`The file has several mappings: ${conflicts.map(nameOf).join(', ')}. Remove all but one.`);
  const found = await readClosestMapping(beside, imports());
  if (!found) return undefined;
  const mapping = parseMapping(found.text, kind);
  if ('problem' in mapping) throw new FileError(`The mapping of the file ${mapping.problem}`);
  return { mapping, mappedBy: { source: 'file', id: found.key } };
};

const findSavedMapping = async (
  { account, kind }: Pick<Job, 'account' | 'kind'>,
  headers: readonly string[],
  { table }: Deps,
): Promise<MappingSource | undefined> => {
  const saved = await mappingOfHeaders({ kind, headers: [...headers] }, { account, table });
  return saved && { mapping: saved.mapping, mappedBy: { source: 'saved', id: saved.id, name: saved.name } };
};

const listOf = async (
  { list }: Mapping,
  context: Parameters<typeof findListIdByName>[1],
): Promise<string | undefined> => {
  const found = list === undefined ? undefined : await findListIdByName(list, context);
  if (found === undefined || typeof found === 'string') return found;
  throw new FileError(
    `There are ${found.length} lists named '${list}'. Give the id of one in the mapping: ${found.join(', ')}.`,
  );
};
