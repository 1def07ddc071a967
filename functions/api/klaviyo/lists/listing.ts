import type { Context } from '../../../domains/accounts/context.ts';
import { allLists } from '../../../domains/lists/actions.ts';
import type { List } from '../../../domains/lists/list.ts';
import type { Selection } from '../../../platform/http/query/reading.ts';
import type { Page } from '../../../platform/table/pages.ts';
import { areNamed, listPage } from '../../../platform/table/pages.ts';
import { inNfc } from '../../../platform/validation/text.ts';

/** One page of an account's lists. There are a thousand at most, so all are read and put in order here. */
export const listLists = async (
  { filters, sort, page }: Pick<Selection, 'filters' | 'sort' | 'page'>,
  context: Pick<Context, 'account' | 'table'>,
): Promise<Page<List>> => {
  const kept = (await allLists(context)).filter((list) => filters.every((filter) => matches(list, filter)));
  const field = sort?.field ?? 'created';
  const places = new Map(kept.map((list) => [placeOf(list, field), list]));
  const { items, ...cursors } = await listPage(areNamed([...places.keys()]), {
    partitions: [''],
    descending: sort?.descending ?? false,
    ...page,
  });
  return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
};

const placeOf = (list: List, field: string): string => {
  const of = { id: list.id, name: list.name.toLowerCase(), updated: list.updated }[field] ?? list.created;
  return `${of}#${list.id}`;
};

const matches = (list: List, { field, operator, values }: Selection['filters'][number]): boolean => {
  if (field === 'id') return values.map(String).includes(list.id);
  if (field === 'name') return values.some((value) => inNfc(String(value)) === inNfc(list.name));
  const [time] = values;
  const at = field === 'created' ? list.created : list.updated;
  return operator === 'greater-than' && time instanceof Date && Date.parse(at) > time.getTime();
};
