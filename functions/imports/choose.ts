import type { Services } from '../context.ts';
import { listNamed } from '../lists/actions.ts';
import { type Job, type Layout, mappingKey } from './job.ts';
import { toMapping } from './mapping.ts';
import { Unreadable } from './source.ts';

export type Chosen = Pick<Layout, 'mapping' | 'mappedBy' | 'list'>;

/** What is said of a file with such headers, by whom, and the list that its people join. */
export const chooseMapping =
  ({ account, key }: Pick<Job, 'account' | 'key'>, { imports, table }: Pick<Services, 'imports' | 'table'>) =>
  async (): Promise<Chosen> => {
    const beside = await imports().readText(mappingKey(key));
    if (beside === undefined) return {};
    const mapping = toMapping(beside);
    if ('problem' in mapping) throw new Unreadable(mapping.problem);
    const list = mapping.list === undefined ? undefined : await listNamed(mapping.list, { account, table });
    if (list !== undefined && typeof list !== 'string')
      throw new Unreadable(
        `There are ${list.length} lists named '${mapping.list}'. Give the id of one in the mapping: ${list.join(', ')}.`,
      );
    return {
      mapping,
      mappedBy: { source: 'file', id: mappingKey(key) },
      ...(list !== undefined && { list }),
    };
  };
