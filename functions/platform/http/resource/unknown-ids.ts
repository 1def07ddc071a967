import { type Problem, pointer } from '../../errors.ts';
import { isRecord } from '../../json/is-record.ts';
import { isPossibleId, notFoundText } from './id.ts';
import type { Noun } from './noun.ts';

/** Where a body refers to other resources, and how to find these. */
export interface References<Context> {
  /** The path to an identifier or an id, or to an array of either. */
  readonly path: readonly string[];
  readonly noun: Noun;
  /** The most that the schema of the body allows. @default 1 */
  readonly max?: number;
  /** Finds the existing resources, by the requested ids. */
  find(ids: readonly string[], context: Context): Promise<ReadonlyMap<string, unknown>>;
}

/** The value at a path of a body that may be wrong in any way. */
export const valueAt = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), document);

/** A `findProblems` for a body with references: those to resources that do not exist, whatever else is wrong with it. */
export const findUnknownIds =
  <Context>({ path, noun, max = 1, find }: References<Context>) =>
  async (document: unknown, context: Context): Promise<readonly Problem[]> => {
    const value = valueAt(document, path);
    const named = Array.isArray(value)
      ? value.slice(0, max).flatMap((one, i) => namedIn(one, [...path, i]))
      : namedIn(value, path);
    // The schema refuses the others.
    const possible = named.filter(({ id }) => id !== '' && id.isWellFormed() && isPossibleId(id));
    const existing = possible.length > 0 ? await find([...new Set(possible.map(({ id }) => id))], context) : new Map();
    return possible.flatMap(({ id, at }) =>
      existing.has(id) ? [] : [{ detail: notFoundText(id, noun), source: { pointer: at } }],
    );
  };

const namedIn = (value: unknown, path: readonly PropertyKey[]): { readonly id: string; readonly at: string }[] => {
  if (typeof value === 'string') return [{ id: value, at: pointer(path) }];
  const id = isRecord(value) ? value.id : undefined;
  return typeof id === 'string' ? [{ id, at: pointer([...path, 'id']) }] : [];
};
