import type { Context } from '../../../domains/accounts/context.ts';
import { isPersonal, readListOptOutPage, readSuppressedAddresses } from '../../../domains/consent/actions.ts';
import { emailsOf, type Profile, profileBytes } from '../../../domains/profiles/records/profile.ts';
import { readProfilesById, readStoredProfiles } from '../../../domains/profiles/records/resolve.ts';
import { profilePartitions } from '../../../domains/profiles/records/store.ts';
import { canonicalEmail, isSameAddress } from '../../../model/email.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { shrinkToPayloadLimit } from '../../../platform/http/response/shrink-page.ts';
import { definition } from '../../../platform/table/definition.ts';
import { cursorAt, inMemoryQuery, isBackwards, listPage, type Page } from '../../../platform/table/pages.ts';
import { isLookup, profilesHolding } from './lookup.ts';
import { profilesByFilters } from './named.ts';
import { matches, type Order, orderOf, placeOf, rangeOf } from './range.ts';
import { listOptOutQuery, suppressionFields, suppressionListing, suppressionQuery } from './suppressed.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** A filter that no index answers is checked on whole profiles: on this many, and then the page ends where it is. */
const MAX_EXAMINED = 1_000;
const EXAMINED_AT_ONCE = 100;

/** A profile and its place in the order that it was found by. */
interface Placed {
  readonly place: string;
  readonly profile: Profile;
}
type Source = (page: Selection['page']) => Promise<Page<Placed>>;

/**
 * One page of profiles. Identifiers are looked up; anything else goes along the index of its order, and what that
 * index can't tell is checked on whole items: a page may then be short, and still have a next one.
 */
export const listProfiles = async (selection: Selection, context: Deps): Promise<Page<Profile>> => {
  const { filters, page } = selection;
  const along = suppressionListing(selection);
  const order = orderOf(selection);
  if (filters.some(isLookup)) return pageOfNamed(filters, order, page, context);

  const source =
    along === 'address'
      ? bySuppression(selection, context)
      : along === 'list'
        ? byListOptOut(selection, context)
        : byIndex(filters, order, context);
  const rest = filters.filter(({ field }) => !(along ? suppressionFields : order.covers).includes(field));
  const read = (size: number) =>
    rest.length > 0 ? searched(source, rest, { ...page, size }) : source({ ...page, size });
  const { items, ...cursors } = await shrinkToPayloadLimit(page.size, read, ({ profile }) => profileBytes(profile));
  return { ...cursors, items: [...new Map(items.map(({ profile }) => [profile.id, profile])).values()] };
};

const pageOfNamed = async (
  filters: readonly Filter[],
  order: Order,
  page: Selection['page'],
  context: Deps,
): Promise<Page<Profile>> => {
  const named = (await profilesByFilters(filters, context)).filter((profile) => matches(profile, filters));
  const places = new Map(named.map((profile) => [placeOf(profile, order.by), profile]));
  const listing = { partitions: [''], descending: order.descending, ...page };
  const read = async (size: number): Promise<Page<Profile>> => {
    const { items, ...cursors } = await listPage(inMemoryQuery([...places.keys()]), { ...listing, size });
    return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
  };
  return shrinkToPayloadLimit(page.size, read, profileBytes);
};

/** Index items hold keys alone; a profile that has just gone is left out. */
const byIndex =
  (filters: readonly Filter[], { by, descending }: Order, context: Deps): Source =>
  async (page) => {
    const index = by === 'updated' ? 'gsi2' : 'gsi1';
    const partitions = profilePartitions(context.account, by);
    const listing = { index, partitions, descending, ...rangeOf(filters, by), ...page } as const;
    const { items, ...cursors } = await listPage(context.table, listing);
    const places = items.map((item) => String(item[definition.indexes[index].sk]));
    const idIn = (place: string) => place.slice(place.lastIndexOf('#') + 1);
    const stored = await readStoredProfiles([...new Set(places.map(idIn))], context);
    const found = new Map(stored.map((profile) => [profile.id, profile]));
    const placed = places.flatMap((place) => {
      const profile = found.get(idIn(place));
      // A profile may hold several addresses; it is listed by its own.
      const isHere = profile && !profile.mergedInto && (by !== 'email' || placeOf(profile, by) === place);
      return isHere ? [{ place, profile }] : [];
    });
    return { ...cursors, items: placed };
  };

const bySuppression =
  (selection: Selection, context: Deps): Source =>
  async (page) => {
    const { items, ...cursors } = await readSuppressedAddresses({ ...suppressionQuery(selection), ...page }, context);
    const profiles = await profilesHolding(
      'email',
      items.map(({ address }) => address),
      context,
    );
    const found = new Map(
      profiles.flatMap((profile) => emailsOf(profile).map((email) => [canonicalEmail(email), profile])),
    );
    const placed = items.flatMap(({ at, reason, address }) => {
      const profile = found.get(canonicalEmail(address));
      // That one address can't be reached is no matter of the others.
      const isTheirs = profile && (isSameAddress(profile.email, address) || isPersonal(reason));
      return isTheirs ? [{ place: `${at}#${reason}#${address}`, profile }] : [];
    });
    return { ...cursors, items: placed };
  };

const byListOptOut =
  (selection: Selection, context: Deps): Source =>
  async (page) => {
    const asked = listOptOutQuery(selection);
    if (!asked) return { items: [] };
    const { items, ...cursors } = await readListOptOutPage({ ...asked, ...page }, context);
    const ids = [...new Set(items.map(({ profileId }) => profileId))];
    const found = await readProfilesById(ids, context);
    const placed = items.flatMap(({ place, profileId }) => {
      const profile = found.get(profileId);
      return profile ? [{ place, profile }] : [];
    });
    return { ...cursors, items: placed };
  };

const searched = async (
  source: Source,
  rest: readonly Filter[],
  { size, cursor: start }: Selection['page'],
): Promise<Page<Placed>> => {
  const backwards = start !== undefined && isBackwards(start);
  let found: readonly Placed[] = [];
  let cursor = start;
  let behind: string | undefined;
  let examined = 0;
  do {
    const { items, next, prev } = await source({ size: EXAMINED_AT_ONCE, ...(cursor && { cursor }) });
    const kept = items.filter(({ profile }) => matches(profile, rest));
    found = backwards ? [...kept, ...found] : [...found, ...kept];
    if (examined === 0) behind = backwards ? next : prev;
    // Of places whose profile has gone, none is told: the step is counted instead.
    examined += EXAMINED_AT_ONCE;
    cursor = backwards ? prev : next;
  } while (cursor && found.length < size && examined < MAX_EXAMINED);

  const items = backwards ? found.slice(-size) : found.slice(0, size);
  const edge = backwards ? items[0] : items.at(-1);
  const ahead = found.length > size && edge ? cursorAt(edge.place, backwards ? 'before' : 'after') : cursor;
  const [next, prev] = backwards ? [behind, ahead] : [ahead, behind];
  return { items, ...(next && { next }), ...(prev && { prev }) };
};
