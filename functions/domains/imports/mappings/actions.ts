import { ApiError, type Problem, pointer } from '../../../platform/errors.ts';
import { create, remove, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { headerProblem } from '../columns/headers.ts';
import { layoutErrors } from './errors.ts';
import { fingerprintOf, formerFingerprintsOf, type SavedMapping } from './saved-mapping.ts';
import { MAPPING, mappingsPk, savedMappings } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;
type MappingInput = Pick<SavedMapping, 'kind' | 'name' | 'headers' | 'mapping'>;

/** Finds the saved mapping for files with these headers. */
export const mappingOfHeaders = async (
  given: Pick<SavedMapping, 'kind' | 'headers'>,
  { account, table }: Deps,
): Promise<SavedMapping | undefined> => {
  const saved = await table.get(savedMappings, { account, id: fingerprintOf(given) });
  if (saved) return saved;
  const former = formerFingerprintsOf(given);
  if (former.length === 0) return undefined;
  const found = await table.getMany(
    savedMappings,
    former.map((id) => ({ account, id })),
  );
  return found.find((one) => one !== undefined);
};

export const getMapping = async (id: string, { account, table }: Deps): Promise<SavedMapping> => {
  const found = await table.get(savedMappings, { account, id });
  if (!found) throw noMapping(id);
  return found;
};

/** Creates a mapping. Refuses invalid ones, and headers that already have a mapping. */
export const makeMapping = async (given: MappingInput, context: Deps & Pick<Context, 'now'>): Promise<SavedMapping> => {
  const { account, table } = context;
  refuse(problemsOf(given));
  const at = context.now().toISOString();
  const saved: SavedMapping = { account, id: fingerprintOf(given), ...given, created: at, updated: at };
  const written = await table.write(create(savedMappings, saved));
  if (written.done) return saved;
  throw new ApiError('conflict', {
    detail: `The mapping ${saved.id} is for files of ${given.kind} with these headers already. Change or delete it.`,
    source: { pointer: '/data/attributes/headers' },
  });
};

export const changeMapping = async (
  id: string,
  set: Partial<Pick<MappingInput, 'name' | 'mapping'>>,
  context: Deps & Pick<Context, 'now'>,
): Promise<SavedMapping> => {
  const found = await getMapping(id, context);
  const next = { ...found, ...set, updated: context.now().toISOString() };
  refuse(problemsOf(next));
  const written = await context.table.write(
    update(savedMappings, found, { set: { name: next.name, mapping: next.mapping, updated: next.updated } }),
  );
  if (!written.done) throw noMapping(id);
  return next;
};

export const removeMapping = async (id: string, { account, table }: Deps): Promise<void> => {
  const { done } = await table.write(remove(savedMappings, { account, id }, 'present'));
  if (!done) throw noMapping(id);
};

/** Lists a page of an account's mappings by id. */
export const listMappings = async (
  { size, after }: { readonly size: number; readonly after?: string },
  { account, table }: Deps,
): Promise<{ readonly items: readonly SavedMapping[]; readonly next?: string }> => {
  const found = await table.queryOf(savedMappings, {
    pk: mappingsPk(account),
    prefix: MAPPING,
    ...(after !== undefined && { after: `${MAPPING}${after}` }),
    limit: size + 1,
  });
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, ...(found.length > size && last && { next: last.id }) };
};

const problemsOf = ({ kind, name, headers, mapping }: MappingInput): Problem[] => {
  const ofHeaders = headerProblem(headers);
  if (ofHeaders !== undefined) return [{ detail: ofHeaders, source: { pointer: '/data/attributes/headers' } }];
  return layoutErrors({ kind, key: `${kind}/${name}.csv` }, { headers, mapping }).map(({ at, message }) => ({
    detail: message,
    source: { pointer: pointer(['data', 'attributes', 'mapping', ...at]) },
  }));
};

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

const noMapping = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no import mapping ${id.slice(0, 100)}.` });
