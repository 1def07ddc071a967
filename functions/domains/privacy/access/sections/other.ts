import { profilePk } from '../../../../model/partition.ts';
import { partsFrom, placeInPart, type Section } from '../../../../model/personal-data/section.ts';
import { definition } from '../../../../platform/table/definition.ts';
import type { Item } from '../../../../platform/table/entity.ts';
import { declarations } from '../../declarations/declarations.ts';

const items = declarations.flatMap((holder) => holder.items);

/** The item types that other sections show. */
const typesOfOtherSections = new Set(
  items.flatMap(({ entity, section }) => (section === 'other' ? [] : [entity.type])),
);
/** A timeline can have a million items, so that this section skips them. */
const longPrefixes = items.flatMap((one) => ('longPrefix' in one && one.longPrefix ? [one.longPrefix] : [])).toSorted();
const LAST = '\u{10FFFF}';
const PAGE = 500;

/**
 * All items in a profile's partition that have no section of their own. New types of items appear here by themselves.
 */
export const other: Section = {
  name: 'other',
  order: 190,
  title: 'Other',
  about: 'Other data that is stored with your profile, in its stored form.',
  columns: ['type', 'content'],
  async *read({ profileIds }, place, { account, table }) {
    for (const { thing: id, behind } of partsFrom(place, profileIds)) {
      let after = behind;
      for (;;) {
        const range = { pk: profilePk(account, id), limit: PAGE, ...(after !== undefined && { after }) };
        const items = await table.query(range);
        const passed = longPrefixes.find((prefix) => items.some(({ sk }) => String(sk).startsWith(prefix)));
        const some = passed === undefined ? items : items.filter(({ sk }) => String(sk) < passed);
        after = passed === undefined ? String(items.at(-1)?.sk ?? LAST) : passed + LAST;
        yield {
          records: some.filter(({ type }) => !typesOfOtherSections.has(String(type))).map(recordOf),
          place: placeInPart(id, after),
        };
        if (passed === undefined && items.length < PAGE) break;
      }
    }
  },
};

const KEYS: ReadonlySet<string> = new Set([
  'account',
  'type',
  definition.pk,
  definition.sk,
  ...Object.values(definition.indexes).flatMap(({ pk, sk }) => [pk, sk]),
]);

const recordOf = (item: Item): Item => ({
  type: item.type,
  content: Object.fromEntries(Object.entries(item).filter(([name]) => !KEYS.has(name))),
});
