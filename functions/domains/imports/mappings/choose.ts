import type { Services } from '../../../platform/resources/services.ts';
import { listNamed } from '../../lists/actions.ts';
import { Unreadable } from '../contents/source.ts';
import { type Job, type Layout, nameOf } from '../job.ts';
import { mappingOfHeaders } from './actions.ts';
import { closestOf, mappingsBeside, rivalsAmong } from './beside.ts';
import { type Mapping, toMapping } from './mapping.ts';

export type Chosen = Pick<Layout, 'mapping' | 'mappedBy' | 'list'>;

type Reach = Pick<Services, 'imports' | 'table'>;

/**
 * What is said of a file with such headers, by whom, and the list that its people join. What lies beside the file counts
 * alone: nothing of one that is saved is added to it.
 */
export const chooseMapping =
  (job: Pick<Job, 'account' | 'key' | 'kind'>, services: Reach) =>
  async (headers: readonly string[]): Promise<Chosen> => {
    const said = (await besideOf(job, services)) ?? (await savedFor(job, headers, services));
    if (!said) return {};
    const list = await listOf(said.mapping, { account: job.account, table: services.table });
    return { ...said, ...(list !== undefined && { list }) };
  };

interface Said {
  readonly mapping: Mapping;
  readonly mappedBy: NonNullable<Layout['mappedBy']>;
}

const besideOf = async ({ key, kind }: Pick<Job, 'key' | 'kind'>, { imports }: Reach): Promise<Said | undefined> => {
  const beside = await mappingsBeside(key, imports());
  const rivals = rivalsAmong(beside, key);
  if (rivals.length > 0)
    throw new Unreadable(
      `Several mappings lie beside the file: ${rivals.map(nameOf).join(', ')}. Take all but one of them away.`,
    );
  const found = await closestOf(beside, imports());
  if (!found) return undefined;
  const mapping = toMapping(found.text, kind);
  if ('problem' in mapping) throw new Unreadable(`The mapping beside the file ${mapping.problem}`);
  return { mapping, mappedBy: { source: 'file', id: found.key } };
};

const savedFor = async (
  { account, kind }: Pick<Job, 'account' | 'kind'>,
  headers: readonly string[],
  { table }: Reach,
): Promise<Said | undefined> => {
  const saved = await mappingOfHeaders({ kind, headers: [...headers] }, { account, table });
  return saved && { mapping: saved.mapping, mappedBy: { source: 'saved', id: saved.id, name: saved.name } };
};

const listOf = async ({ list }: Mapping, context: Parameters<typeof listNamed>[1]): Promise<string | undefined> => {
  const found = list === undefined ? undefined : await listNamed(list, context);
  if (found === undefined || typeof found === 'string') return found;
  throw new Unreadable(
    `There are ${found.length} lists named '${list}'. Give the id of one in the mapping: ${found.join(', ')}.`,
  );
};
