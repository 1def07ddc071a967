import { isDeepStrictEqual } from 'node:util';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { itemContent, variantContent } from '../../catalog/write/content.ts';
import type { ItemDraft, VariantDraft } from '../../catalog/write/draft.ts';
import type { ProductRow } from '../rows/product-row.ts';
import type { Unit } from '../rows/units.ts';
import { type Change, fieldOf, shown, type Window, type Written } from './change.ts';

type Fields = ReadonlyMap<string, unknown>;

/** What a write of the dry run does to one object. */
interface Effect {
  readonly object: 'item' | 'variant';
  readonly id: string;
  readonly before: Fields | undefined;
  readonly after: Fields;
}

/** The changes of a window's rows about products, in the order of the file. */
export const productChanges = ({ written, units, failures }: Window<ProductRow>): Change[] => {
  const placeOf = placesIn(units);
  const effects = new Map<Unit<ProductRow>, Effect[]>();
  for (const write of written) {
    const effect = effectOf(write);
    const unit = effect && placeOf(effect);
    if (unit) effects.set(unit, [...(effects.get(unit) ?? []), effect]);
  }
  const failed = new Set(failures.map(({ row }) => row));
  return [...effects].flatMap(([unit, some]) => changeOf(unit, some, failed)).toSorted((a, b) => a.row - b.row);
};

/** Reads stored items as they are: the import of people should not load the catalog. */
const objects: ReadonlyMap<unknown, Effect['object']> = new Map([
  ['catalog_item', 'item'],
  ['catalog_variant', 'variant'],
]);

const effectOf = ({ before, after }: Written): Effect | undefined => {
  const object = objects.get(after?.type);
  if (!object || !after) return undefined;
  return { object, id: String(after.id), before: before && flat(before), after: flat(after) };
};

/** The item of a variant never changes, but a new variant has it. Members of the metadata are shown one by one. */
const content: ReadonlySet<string> = new Set(
  [...itemContent, ...variantContent, 'item' as const].filter((name) => name !== 'metadata'),
);

/** The values of an object, by name. */
const flat = (item: Item): Fields => {
  const metadata: unknown = typeof item.metadata === 'string' ? parseExact(item.metadata) : {};
  return new Map([
    ...Object.entries(item).filter(([name]) => content.has(name)),
    ...Object.entries(metadata ?? {}).map(([name, one]): [string, unknown] => [`metadata.${name}`, one]),
  ]);
};

/** Finds the row that caused an effect: of several rows about an object, the next one that agrees with it. */
const placesIn = (units: readonly Unit<ProductRow>[]) => {
  const open = new Map<string, Unit<ProductRow>[]>();
  for (const unit of units) for (const name of namesIn(unit)) open.set(name, [...(open.get(name) ?? []), unit]);
  return ({ object, id, after }: Effect): Unit<ProductRow> | undefined => {
    const key = `${object} ${id}`;
    const rows = open.get(key) ?? [];
    const next = rows.findIndex(({ parsed }) => agrees(parsed?.item ?? parsed?.variant, after));
    const at = next === -1 ? rows.length - 1 : next;
    // The last row may have several effects, as a change of many categories has.
    open.set(key, rows.slice(Math.min(at, rows.length - 1)));
    return rows[at];
  };
};

/** The objects that a row may change: also the variant of its id, and the item that it is the first to name. */
const namesIn = ({ parsed }: Unit<ProductRow>): string[] => {
  const { item, variant } = parsed ?? {};
  const id = variant?.id ?? item?.id;
  return [
    ...(item ? [`item ${item.id}`] : []),
    ...(id === undefined ? [] : [`variant ${id}`]),
    ...(!item && variant?.item != null ? [`item ${variant.item}`] : []),
  ];
};

const agrees = (draft: ItemDraft | VariantDraft | undefined, after: Fields): boolean =>
  draft !== undefined &&
  compared.every((name) => draft[name] === undefined || isDeepStrictEqual(draft[name], after.get(name)));

const compared = ['title', 'description', 'url', 'image', 'price', 'currency', 'published'] as const;

const changeOf = (unit: Unit<ProductRow>, effects: readonly Effect[], failed: ReadonlySet<number>): Change[] => {
  const { rows, parsed } = unit;
  const row = rows[0]?.number;
  const id = parsed?.variant?.id ?? parsed?.item?.id;
  if (row === undefined || id === undefined) return [];
  const isNew = effects.some(({ before }) => !before);
  return [
    {
      row,
      outcome: failed.has(row) ? 'failed' : isNew ? 'created' : 'updated',
      profile: {},
      product: id,
      fields: effects.flatMap(fieldsOf).map(shown),
    },
  ];
};

const fieldsOf = ({ object, before, after }: Effect): Change['fields'] =>
  [...new Set([...(before?.keys() ?? []), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before?.get(name), after.get(name)];
    return isDeepStrictEqual(was, is) ? [] : [fieldOf(`${object}.${name}`, was, is)];
  });
