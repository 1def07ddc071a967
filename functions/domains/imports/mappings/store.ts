import { entity } from '../../../platform/table/entity.ts';
import { SavedMapping } from './saved-mapping.ts';

export const mappingsPk = (account: string): string => `A#${account}#IMPORTMAPPINGS`;

export const MAPPING = 'MAPPING#';

export const savedMappings = entity({
  type: 'import_mapping',
  schema: SavedMapping,
  key: ({ account, id }: Pick<SavedMapping, 'account' | 'id'>) => ({ pk: mappingsPk(account), sk: `${MAPPING}${id}` }),
  json: ['headers', 'mapping'],
});
