import * as v from 'valibot';
import type { Problem } from '../../../../platform/errors.ts';
import { externalIdOf } from '../../views/catalog-ids.ts';

/** The second object of an id: which of the two is meant would depend on their order. */
export const repeatedIds = (
  ids: readonly (string | undefined)[],
  pointerOf: (index: number) => string,
): readonly Problem[] => {
  const first = new Map<string, number>();
  return ids.flatMap((id, index) => {
    if (id === undefined) return [];
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    const detail = `Object ${(earlier ?? 0) + 1} of this call has the same id. Each object is in a job once.`;
    return earlier === undefined ? [] : [{ detail, source: { pointer: pointerOf(index) } }];
  });
};

const Row = v.fallback(
  v.object({
    id: v.optional(v.string()),
    attributes: v.optional(v.object({ external_id: v.optional(v.string()) })),
  }),
  {},
);
const List = v.object({ data: v.custom<readonly unknown[]>(Array.isArray) });

/** The external ids of the first objects in a body that may be wrong, and may have very many. */
export const idsInBody = (document: unknown, many: string, max: number): readonly (string | undefined)[] => {
  const Body = v.object({ data: v.object({ attributes: v.object({ [many]: List }) }) });
  const { success, output } = v.safeParse(Body, document);
  const rows = success ? (output.data.attributes[many]?.data ?? []) : [];
  return rows.slice(0, max).map((row) => {
    const { id, attributes } = v.parse(Row, row);
    return id === undefined ? attributes?.external_id?.trim() : externalIdOf(id);
  });
};
