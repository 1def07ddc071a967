import * as v from 'valibot';
import { inParallel } from '../../../platform/parallel.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { listPage } from '../../../platform/table/listing/pages.ts';
import { Channel, ConsentType } from '../../consent/records/consent.ts';
import { readSubscriptionsOfMany } from '../../consent/state/queries.ts';
import { readSharingConsent } from '../../consent/state/read-consents.ts';
import { profiles as importKind } from '../../imports/kinds/profiles.ts';
import { idsOf, type Profile } from '../../profiles/records/profile.ts';
import { readStoredProfiles } from '../../profiles/records/resolve.ts';
import { profilePartitions } from '../../profiles/records/store.ts';
import { isImportable, PersonRecord, personCells, personRecord } from './person.ts';
import { fieldColumns, locationColumns, profileColumns, suppressionCells } from './profile-columns.ts';
import { readsPropertyBack } from './reads-back.ts';
import type { RecordPage, Source, SourceDeps } from './source.ts';
import { readSuppressedStrangers } from './suppressed.ts';
import { consentCells, topicStates } from './topics.ts';

const PAGE = 100;
const PARALLEL = 16;

/** Places of suppressed addresses without a profile come after those of profiles. */
const STRANGERS = 'suppressed ';

const State = v.object({ channel: Channel, type: ConsentType, status: v.string(), at: v.string() });
const Suppressed = v.object({ reason: v.string(), at: v.string() });

const ProfileRecord = v.looseObject({
  ...PersonRecord.entries,
  location: v.nullish(v.record(v.string(), v.unknown()), {}),
  properties: v.optional(v.unknown()),
  consent: v.optional(v.array(State), []),
  suppressions: v.optional(v.array(Suppressed), []),
});

/** Profiles with their consent and suppressions, then suppressed addresses that have no profile. */
export const profiles: Source = {
  columns: profileColumns,
  readsBack: readsPropertyBack(importKind, profileColumns, { Email: 'a@example.com' }),

  async *read(behind, context) {
    if (!behind?.startsWith(STRANGERS)) yield* readProfiles(behind, context);
    const after = behind?.startsWith(STRANGERS) ? behind.slice(STRANGERS.length) : undefined;
    for await (const { records, place } of readSuppressedStrangers(after, context))
      yield { records, place: `${STRANGERS}${place}` };
  },

  toRow(item) {
    const record = v.parse(ProfileRecord, item);
    if (!isImportable(record)) return undefined;
    const cells: Record<string, string> = { ...personCells(record), ...suppressionCells(record.suppressions) };
    for (const [column, field] of fieldColumns) cells[column] = textOf(record[field]);
    for (const [column, field] of locationColumns) cells[column] = textOf(record.location?.[field]);
    for (const state of record.consent) Object.assign(cells, consentCells(state));
    return { cells, properties: record.properties };
  },
};

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

async function* readProfiles(behind: string | undefined, context: SourceDeps): AsyncGenerator<RecordPage> {
  const { account, table } = context;
  const listing = { index: 'gsi1', partitions: profilePartitions(account, 'id'), descending: false } as const;
  let after = behind;
  for (;;) {
    const { items } = await listPage(table, { ...listing, size: PAGE, ...(after !== undefined && { after }) });
    const ids = items.map(({ gsi1sk }) => String(gsi1sk));
    const last = ids.at(-1);
    if (last === undefined) return;
    const stored = (await readStoredProfiles(ids, context)).filter(({ mergedInto }) => mergedInto === undefined);
    yield { records: await profileRecords(stored, context), place: last };
    after = last;
  }
}

const profileRecords = async (stored: readonly Profile[], context: SourceDeps): Promise<Item[]> => {
  const subscriptions = await readSubscriptionsOfMany(stored, context);
  const sharing = await inParallel(stored, PARALLEL, (profile) => readSharingConsent(profile, context));
  return stored.flatMap((profile, i) => {
    const consent = subscriptions[i];
    if (!consent) return [];
    const { suppression, list_suppressions } = consent.email.marketing;
    return [
      {
        ...contentOf(profile),
        consent: topicStates(consent, sharing[i]),
        suppressions: suppression.map(({ reason, timestamp }) => ({ reason, at: utc(timestamp) })),
        list_opt_outs: list_suppressions.map(({ list_id, timestamp }) => ({ list_id, at: utc(timestamp) })),
      },
    ];
  });
};

const utc = (time: string): string => new Date(time).toISOString();

const contentOf = (profile: Profile): Item => {
  const { id, anonymous_ids: anonymous = [], aliases = [], created, updated, location, properties } = profile;
  const [, ...merged] = idsOf(profile);
  return {
    id,
    ...personRecord(profile),
    anonymous_ids: anonymous,
    aliases,
    ...Object.fromEntries(fieldColumns.map(([, field]) => [field, profile[field] ?? null])),
    location: location ?? {},
    properties,
    created,
    updated,
    merged_profile_ids: merged,
  };
};
