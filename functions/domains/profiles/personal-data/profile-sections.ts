import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { readAllItems } from '../../../platform/table/listing/pages.ts';
import { listMerges } from '../merge/journal.ts';
import { mergeIdOf } from '../merge/store.ts';
import { identifiersOf, isSameIdentifier } from '../records/identifiers.ts';
import type { PersonRecord } from '../records/person-record.ts';
import type { Profile } from '../records/profile.ts';

export const profile = sectionOfRecords<PersonRecord>(
  {
    name: 'profile',
    order: 10,
    title: 'Profile',
    about:
      'Your names and location, and further attributes in `properties`. Other profiles of yours follow, as they were before they were merged into it (`merged_into`).',
    columns: [
      'id',
      'email',
      'phone_number',
      'external_id',
      'first_name',
      'last_name',
      'organization',
      'title',
      'locale',
      'image',
      'location',
      'properties',
      'created',
      'updated',
      'merged_into',
    ],
  },
  async ({ profiles }) => profiles.map(profileRecord),
);

/** A profile with the attribute names of the API. */
const profileRecord = ({
  account: _,
  rev: __,
  sources,
  filled,
  ownLocation,
  mergedInto,
  imported,
  ...attributes
}: Profile): Item => ({
  ...attributes,
  ...(sources && { merged_profiles: sources }),
  ...(filled && { filled_by_merges: filled }),
  ...(ownLocation && { location_before_merges: ownLocation }),
  ...(mergedInto !== undefined && { merged_into: mergedInto }),
  ...(imported && { imported_by: imported }),
});

export const identifiers = sectionOfRecords<PersonRecord>(
  {
    name: 'identifiers',
    order: 20,
    title: 'Identifiers',
    about:
      'Your identifiers. `former` are those that you no longer use, and addresses that you gave consent for. An `anonymous_id` is a browser or device.',
    columns: ['kind', 'value', 'status'],
  },
  async ({ profiles: [first], identifiers: all }) => {
    if (!first) return [];
    const current = identifiersOf(first);
    return all.map((one) => ({
      ...one,
      status: current.some((other) => isSameIdentifier(one, other)) ? 'current' : 'former',
    }));
  },
);

const PAGE = 100;

/** Identifiers of undone merges belong to another person: only this person's are shown. */
export const merges = sectionOfRecords<PersonRecord>(
  {
    name: 'merges',
    order: 140,
    title: 'Merged profiles',
    about:
      'When profiles of yours were merged, by whose call, and which of your identifiers moved. Identifiers that belong to another person now are not included.',
    columns: ['merged_at', 'destination_id', 'source_id', 'cause', 'key_id', 'moved', 'dropped', 'undone_at', 'id'],
  },
  async ({ profiles: [first], identifiers: own }, context) => {
    if (!first) return [];
    const isOwn = (one: { readonly kind: (typeof own)[number]['kind']; readonly value: string }): boolean =>
      own.some((other) => isSameIdentifier(one, other));
    const records: Item[] = [];
    for await (const done of readAllItems((page) => listMerges(first.id, page, context), PAGE)) {
      const { destination, source, at, cause, keyId, moved, dropped, undone } = done;
      records.push({
        id: mergeIdOf(done),
        merged_at: at,
        destination_id: destination,
        source_id: source,
        cause,
        key_id: keyId ?? null,
        moved: moved.filter(isOwn),
        dropped: dropped.filter(isOwn),
        undone_at: undone?.at ?? null,
      });
    }
    return records;
  },
);
