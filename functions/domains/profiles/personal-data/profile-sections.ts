import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { readAllItems } from '../../../platform/table/pages.ts';
import { mergesOf } from '../merge/journal.ts';
import { mergeIdOf } from '../merge/store.ts';
import { heldBy, isSame } from '../records/held-identifiers.ts';
import type { PersonRecord } from '../records/person-record.ts';
import type { Profile } from '../records/profile.ts';

export const profile = sectionOfRecords<PersonRecord>(
  {
    name: 'profile',
    order: 10,
    title: 'Profile',
    about:
      'What is known of you as a person: names, place, and in `properties` whatever else was told. Profiles that turned out to be you too follow it, as they were before they were merged into it (`merged_into`).',
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
  async ({ profiles }) => profiles.map(recordOf),
);

/** All of it, by the names that the API has for it. */
const recordOf = ({
  account: _,
  rev: __,
  sources,
  filled,
  ownLocation,
  mergedInto,
  imported,
  ...shown
}: Profile): Item => ({
  ...shown,
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
      'What you are recognised by. `former` is what you were known by before, and what consent was given for. An `anonymous_id` is a browser or device.',
    columns: ['kind', 'value', 'status'],
  },
  async ({ profiles: [first], identifiers: all }) => {
    if (!first) return [];
    const current = heldBy(first);
    return all.map((one) => ({ ...one, status: current.some((other) => isSame(one, other)) ? 'current' : 'former' }));
  },
);

const PAGE = 100;

/** What an undone merge brought belongs to another person: only this person's part is shown. */
export const merges = sectionOfRecords<PersonRecord>(
  {
    name: 'merges',
    order: 140,
    title: 'Merged profiles',
    about:
      'When profiles that turned out to be of one person were made one, by whose call, and which of your identifiers moved. Identifiers that are now somebody else’s are left out.',
    columns: ['merged_at', 'destination_id', 'source_id', 'cause', 'key_id', 'moved', 'dropped', 'undone_at', 'id'],
  },
  async ({ profiles: [first], identifiers: own }, context) => {
    if (!first) return [];
    const isOwn = (one: { readonly kind: (typeof own)[number]['kind']; readonly value: string }): boolean =>
      own.some((other) => isSame(one, other));
    const records: Item[] = [];
    for await (const done of readAllItems((page) => mergesOf(first.id, page, context), PAGE)) {
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
