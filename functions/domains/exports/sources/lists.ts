import * as v from 'valibot';
import type { Item } from '../../../platform/table/entity.ts';
import { cursorAt } from '../../../platform/table/listing/pages.ts';
import { readListOptOutPage } from '../../consent/actions.ts';
import { listOptOuts } from '../../consent/records/store.ts';
import { exportColumns } from '../../imports/columns/export-columns.ts';
import { readAllLists, readMembers } from '../../lists/actions.ts';
import type { List } from '../../lists/list.ts';
import { memberships } from '../../profiles/memberships/store.ts';
import { readProfilesById } from '../../profiles/records/resolve.ts';
import { isImportable, PersonRecord, personCells, personColumns, personRecord } from './person.ts';
import type { RecordPage, Source, SourceDeps } from './source.ts';

const PAGE = 100;

const { listId, listName, joined, optedOut } = exportColumns;

const MemberRecord = v.object({
  list: v.object({ id: v.string(), name: v.string() }),
  joined_at: v.nullable(v.string()),
  opted_out_at: v.nullable(v.string()),
  profile: PersonRecord,
});

/** The members of each list, then those who do not want its e-mails. */
export const lists: Source = {
  columns: [...personColumns, listId, listName, joined, optedOut],

  async *read(behind, context) {
    const all = (await readAllLists(context)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const [from = '', part = '', after] = behind === undefined ? [] : v.parse(Place, JSON.parse(behind));
    for (const list of all.filter(({ id }) => id >= from)) {
      const isFirst = list.id === from;
      if (!isFirst || part === 'members')
        for await (const page of readMemberPages(list, isFirst ? after : undefined, context)) yield page;
      const position = isFirst && part === 'opt-outs' ? after : undefined;
      for await (const page of readOptOutPages(list, position, context)) yield page;
    }
  },

  toRow(item) {
    const { list, joined_at, opted_out_at, profile } = v.parse(MemberRecord, item);
    if (!isImportable(profile)) return undefined;
    return {
      cells: {
        ...personCells(profile),
        [listId]: list.id,
        [listName]: list.name,
        [joined]: joined_at ?? '',
        [optedOut]: opted_out_at ?? '',
      },
    };
  },
};

const Place = v.tuple([v.string(), v.picklist(['members', 'opt-outs']), v.string()]);

async function* readMemberPages(
  list: List,
  behind: string | undefined,
  context: SourceDeps,
): AsyncGenerator<RecordPage> {
  const { account, table } = context;
  let after = behind;
  for (;;) {
    const { members } = await readMembers(list.id, { size: PAGE, ...(after !== undefined && { after }) }, context);
    const last = members.at(-1);
    if (!last) return;
    after = `${last.joinedAt}#${last.profileId}`;
    const keys = members.map(({ profileId }) => ({ account, listId: list.id, profileId }));
    // Of several memberships of a merged person, one counts.
    const counted = (await table.getMany(memberships, keys)).flatMap((one) => (one && !one.isDouble ? [one] : []));
    const records = await recordsOf(
      list,
      counted.map(({ profileId, joinedAt }) => ({ profileId, joined_at: joinedAt, opted_out_at: null })),
      context,
    );
    yield { records, place: JSON.stringify([list.id, 'members', after]) };
  }
}

async function* readOptOutPages(
  list: List,
  behind: string | undefined,
  context: SourceDeps,
): AsyncGenerator<RecordPage> {
  const { account, table } = context;
  let after = behind;
  for (;;) {
    const cursor = after === undefined ? {} : { cursor: cursorAt(after, 'after') };
    const { items } = await readListOptOutPage({ listId: list.id, descending: false, size: PAGE, ...cursor }, context);
    const last = items.at(-1)?.place;
    if (last === undefined) return;
    after = last;
    const keys = items.map(({ profileId }) => ({ account, listId: list.id, profileId }));
    const current = (await table.getMany(listOptOuts, keys)).flatMap((one) => one ?? []);
    const records = await recordsOf(
      list,
      current.map(({ profileId, at }) => ({ profileId, joined_at: null, opted_out_at: at })),
      context,
    );
    yield { records, place: JSON.stringify([list.id, 'opt-outs', after]) };
  }
}

interface Relation {
  readonly profileId: string;
  readonly joined_at: string | null;
  readonly opted_out_at: string | null;
}

const recordsOf = async ({ id, name }: List, relations: readonly Relation[], context: SourceDeps): Promise<Item[]> => {
  const profileById = await readProfilesById(
    relations.map(({ profileId }) => profileId),
    context,
  );
  return relations.flatMap(({ profileId, ...times }) => {
    const profile = profileById.get(profileId);
    return profile ? [{ list: { id, name }, ...times, profile: { id: profile.id, ...personRecord(profile) } }] : [];
  });
};
