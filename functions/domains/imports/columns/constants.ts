import { columnsBy } from './headers.ts';
import type { Mapping } from './mapping.ts';
import { errorsAt, type MappingError, quoted } from './mapping-error.ts';

/** Finds members of a mapping that have no effect because of a constant. */
export const overruledByConstants = ({ constants = {} }: Mapping) => {
  const filled = Object.keys(constants).filter((name) => constants[name]?.trim() !== '');
  return (place: readonly string[], value: unknown, ...names: readonly string[]): readonly MappingError[] => {
    const [column] = columnsBy(filled)(...names);
    return value === undefined || column === undefined
      ? []
      : errorsAt(place, `The constant ${quoted(filled[column] ?? '')} sets that for every row. Remove one of the two.`);
  };
};
