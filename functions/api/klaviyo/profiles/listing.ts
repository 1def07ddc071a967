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
import { inMemoryQuery, listPage, type Page } from '../../../platform/table/listing/pages.ts';
import { type PageSource, searchPages } from '../../../platform/table/listing/search-pages.ts';
import { profilesByFilters } from './filters.ts';
import { isLookup, profilesHolding } from './lookup.ts';
import { matches, type Order, orderOf, placeOf, rangeOf } from './range.ts';
import { listOptOutQuery, suppressionFields, suppressionListing, suppressionQuery } from './suppression-filters.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

type Source = PageSource<Profile>;

/**
 * Lists one page of profiles. Filters by identifier are looked up. Other listings follow an index, and filters that the
 * index does not cover are checked on complete items: a page may then be short and still have a next one.
 */
export const listProfiles = async (selection: Selection, context: Deps): Promise<Page<Profile>> => {
  const { filters, page } = selection;
  const suppressionKind = suppressionListing(selection);
  const order = orderOf(selection);
  if (filters.some(isLookup)) return listLookedUp(filters, order, page, context);

  const source =
    suppressionKind === 'address'
      ? suppressionSource(selection, context)
      : suppressionKind === 'list'
        ? listOptOutSource(selection, context)
        : indexSource(filters, order, context);
  const remainingFilters = filters.filter(
    ({ field }) => !(suppressionKind ? suppressionFields : order.covers).includes(field),
  );
  const read = (size: number) =>
    remainingFilters.length > 0
      ? searchPages(source, (profile) => matches(profile, remainingFilters), { ...page, size })
      : source({ ...page, size });
  const { items, ...cursors } = await shrinkToPayloadLimit(page.size, read, ({ value }) => profileBytes(value));
  return { ...cursors, items: [...new Map(items.map(({ value }) => [value.id, value])).values()] };
};

const listLookedUp = async (
  filters: readonly Filter[],
  order: Order,
  page: Selection['page'],
  context: Deps,
): Promise<Page<Profile>> => {
  const matchingProfiles = (await profilesByFilters(filters, context)).filter((profile) => matches(profile, filters));
  const profileByPlace = new Map(matchingProfiles.map((profile) => [placeOf(profile, order.by), profile]));
  const listing = { partitions: [''], descending: order.descending, ...page };
  const read = async (size: number): Promise<Page<Profile>> => {
    const { items, ...cursors } = await listPage(inMemoryQuery([...profileByPlace.keys()]), { ...listing, size });
    return { ...cursors, items: items.flatMap(({ sk }) => profileByPlace.get(String(sk)) ?? []) };
  };
  return shrinkToPayloadLimit(page.size, read, profileBytes);
};

/** Index items have only keys. Profiles that were just deleted are skipped. */
const indexSource =
  (filters: readonly Filter[], { by, descending }: Order, context: Deps): Source =>
  async (page) => {
    const index = by === 'updated' ? 'gsi2' : 'gsi1';
    const partitions = profilePartitions(context.account, by);
    const listing = { index, partitions, descending, ...rangeOf(filters, by), ...page } as const;
    const { items, ...cursors } = await listPage(context.table, listing);
    const places = items.map((item) => String(item[definition.indexes[index].sk]));
    const idOf = (place: string) => place.slice(place.lastIndexOf('#') + 1);
    const stored = await readStoredProfiles([...new Set(places.map(idOf))], context);
    const profileById = new Map(stored.map((profile) => [profile.id, profile]));
    const positioned = places.flatMap((place) => {
      const profile = profileById.get(idOf(place));
      // A profile may have several addresses. It is listed by its own.
      const isListedHere = profile && !profile.mergedInto && (by !== 'email' || placeOf(profile, by) === place);
      return isListedHere ? [{ place, value: profile }] : [];
    });
    return { ...cursors, items: positioned };
  };

const suppressionSource =
  (selection: Selection, context: Deps): Source =>
  async (page) => {
    const { items, ...cursors } = await readSuppressedAddresses({ ...suppressionQuery(selection), ...page }, context);
    const profiles = await profilesHolding(
      'email',
      items.map(({ address }) => address),
      context,
    );
    const profileByEmail = new Map(
      profiles.flatMap((profile) => emailsOf(profile).map((email) => [canonicalEmail(email), profile])),
    );
    const positioned = items.flatMap(({ at, reason, address }) => {
      const profile = profileByEmail.get(canonicalEmail(address));
      // Only this address is undeliverable, not the profile's other addresses.
      const appliesToProfile = profile && (isSameAddress(profile.email, address) || isPersonal(reason));
      return appliesToProfile ? [{ place: `${at}#${reason}#${address}`, value: profile }] : [];
    });
    return { ...cursors, items: positioned };
  };

const listOptOutSource =
  (selection: Selection, context: Deps): Source =>
  async (page) => {
    const query = listOptOutQuery(selection);
    if (!query) return { items: [] };
    const { items, ...cursors } = await readListOptOutPage({ ...query, ...page }, context);
    const ids = [...new Set(items.map(({ profileId }) => profileId))];
    const profileById = await readProfilesById(ids, context);
    const positioned = items.flatMap(({ place, profileId }) => {
      const profile = profileById.get(profileId);
      return profile ? [{ place, value: profile }] : [];
    });
    return { ...cursors, items: positioned };
  };
