import type { Context } from '../context.ts';
import type { Filter } from '../http/filter.ts';
import type { Page } from '../http/jsonapi.ts';
import type { Selection } from '../http/reading.ts';
import { cursorAt, isBackwards, type Listing, listPage } from '../table/pages.ts';
import { areNamed, isLookup, namedIn } from './lookup.ts';
import type { Profile } from './profile.ts';
import { matches, type Order, orderOf, placeOf, rangeOf } from './range.ts';
import { profilesOf } from './resolve.ts';
import { profileLists } from './store.ts';

type Reach = Pick<Context, 'account' | 'table'>;

/** A filter that no index answers is checked on whole profiles: on this many, and then the page ends where it is. */
const MAX_EXAMINED = 1_000;
const EXAMINED_AT_ONCE = 100;

/**
 * One page of profiles. Identifiers are looked up; anything else goes along the index of its order, and what that
 * index can't tell is checked on whole items: a page may then be short, and still have a next one.
 */
export const listProfiles = async (selection: Selection, context: Reach): Promise<Page<Profile>> => {
  const { filters, page } = selection;
  const order = orderOf(selection);
  if (filters.some(isLookup)) return pageOfNamed(filters, order, page, context);

  const listing = {
    index: order.by === 'updated' ? 'gsi2' : 'gsi1',
    partitions: profileLists(context.account, order.by),
    descending: order.descending,
    ...rangeOf(filters, order.by),
  } as const;
  const rest = filters.filter(({ field }) => !order.covers.includes(field));
  if (rest.length > 0) return searched(listing, rest, order, page, context);

  const { items, ...cursors } = await listPage(context.table, { ...listing, ...page });
  return { ...cursors, items: await wholeItems(items, order, context) };
};

const pageOfNamed = async (
  filters: readonly Filter[],
  order: Order,
  page: Selection['page'],
  context: Reach,
): Promise<Page<Profile>> => {
  const named = (await namedIn(filters, context)).filter((profile) => matches(profile, filters));
  const places = new Map(named.map((profile) => [placeOf(profile, order.by), profile]));
  const { items, ...cursors } = await listPage(areNamed([...places.keys()]), {
    partitions: [''],
    descending: order.descending,
    ...page,
  });
  return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
};

const searched = async (
  listing: Omit<Listing, 'size' | 'cursor'>,
  rest: readonly Filter[],
  order: Order,
  { size, cursor: start }: Selection['page'],
  context: Reach,
): Promise<Page<Profile>> => {
  const backwards = start !== undefined && isBackwards(start);
  let found: readonly Profile[] = [];
  let cursor = start;
  let behind: string | undefined;
  let examined = 0;
  do {
    const { items, next, prev } = await listPage(context.table, {
      ...listing,
      size: EXAMINED_AT_ONCE,
      ...(cursor && { cursor }),
    });
    const kept = (await wholeItems(items, order, context)).filter((profile) => matches(profile, rest));
    found = backwards ? [...kept, ...found] : [...found, ...kept];
    if (examined === 0) behind = backwards ? next : prev;
    examined += items.length;
    cursor = backwards ? prev : next;
  } while (cursor && found.length < size && examined < MAX_EXAMINED);

  const items = backwards ? found.slice(-size) : found.slice(0, size);
  const edge = backwards ? items[0] : items.at(-1);
  const ahead =
    found.length > size && edge ? cursorAt(placeOf(edge, order.by), backwards ? 'before' : 'after') : cursor;
  const [next, prev] = backwards ? [behind, ahead] : [ahead, behind];
  return { items, ...(next && { next }), ...(prev && { prev }) };
};

/** Index items hold keys alone; a profile that has just gone is left out. */
const wholeItems = async (
  items: readonly Readonly<Record<string, unknown>>[],
  { by }: Order,
  context: Reach,
): Promise<Profile[]> => {
  const places = items.map((item) => String(item[by === 'updated' ? 'gsi2sk' : 'gsi1sk']));
  return profilesOf(
    places.map((place) => place.slice(place.lastIndexOf('#') + 1)),
    context,
  );
};
