import { kindOf } from '../cells/column-type.ts';
import { comparable } from './headers.ts';
import { type Mapping, typesIn } from './mapping.ts';
import { type MappingError, quoted } from './mapping-error.ts';

/** Finds types in the mapping for columns that always have another type. `usual` has that type by column. */
export const typeErrors = (
  headers: readonly string[],
  mapping: Mapping,
  usual: ReadonlyMap<number | undefined, 'string' | 'number' | 'date'>,
): readonly MappingError[] => {
  const types = typesIn(mapping);
  const names = new Map(Object.keys(mapping.types ?? {}).map((name) => [comparable(name), name]));
  return headers.flatMap((header, column) => {
    const [type, always, name] = [types.get(comparable(header)), usual.get(column), names.get(comparable(header))];
    if (type === undefined || always === undefined || name === undefined || kindOf(type) === always) return [];
    return [{ at: ['types', name], message: `${quoted(header)} is always a ${always}. Remove its type.` }];
  });
};
