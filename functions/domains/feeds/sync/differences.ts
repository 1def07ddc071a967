import * as v from 'valibot';
import type { Files } from '../../../platform/storage/files.ts';
import { type FeedSync, type RowError, rowsKey, rowsPrefix } from '../records/sync.ts';
import { type ManifestEntry, readBase } from './manifest.ts';
import { ShardRow } from './rows.ts';
import { recordsBelow } from './shards.ts';
import { type Unit, unitHash, unitKey, unitsOf } from './units.ts';

interface PlacedUnit {
  readonly unit: Unit;
  readonly hash: string;
  readonly row: number;
  readonly place: string;
}

/** One write of a sync. */
export type Change =
  | (PlacedUnit & { readonly kind: 'created' | 'updated'; readonly key: string })
  | { readonly kind: 'unpublished'; readonly key: string };

/** How a shard of the feed differs from what the last sync left. */
export interface Differences {
  /** Always in the same order. */
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** The entries of the last sync, those not in the feed any more, and those whose grace ended. */
  readonly base: ReadonlyMap<string, ManifestEntry>;
  readonly missing: readonly ManifestEntry[];
  /** Missing for the first time. */
  readonly newlyMissing: number;
  readonly units: ReadonlyMap<string, PlacedUnit>;
  /** In the feed, in a row that cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  /** Rows that repeat the id of another. */
  readonly duplicates: readonly RowError[];
}

export const differencesOf = async (
  sync: FeedSync,
  { shard, graceHours }: { readonly shard: number; readonly graceHours: number },
  files: Files,
): Promise<Differences> => {
  const { units, unreadable, duplicates } = await readUnits(sync, shard, files);
  const base = await readBase(sync, shard, files);
  const changes: Change[] = [];
  let unchanged = 0;
  for (const [key, placed] of units) {
    const before = base.get(key);
    if (before?.hash === placed.hash) unchanged += 1;
    else changes.push({ ...placed, key, kind: before ? 'updated' : 'created' });
  }
  // The time of the sync, not of the run, so that a repeated run decides alike.
  const at = Date.parse(sync.createdAt);
  const gone = [...base.values()].filter(({ key }) => !units.has(key) && !unreadable.has(key));
  const since = gone.map((entry) => ({ ...entry, missing: entry.missing ?? sync.createdAt }));
  const isOver = ({ missing }: { readonly missing: string }): boolean =>
    at - Date.parse(missing) >= graceHours * 3_600_000;
  changes.push(...since.filter(isOver).map(({ key }) => ({ key, kind: 'unpublished' }) as const));
  return {
    changes,
    unchanged,
    base,
    missing: since.filter((entry) => !isOver(entry)),
    newlyMissing: gone.filter(({ missing }) => missing === undefined).length,
    units,
    unreadable,
    duplicates,
  };
};

const readUnits = async (sync: FeedSync, shard: number, files: Files) => {
  const units = new Map<string, PlacedUnit>();
  const unreadable = new Set<string>();
  const duplicates: RowError[] = [];
  const firstRows = new Map<string, number>();
  // Listed once: a large feed has dozens of objects in each shard.
  for await (const record of recordsBelow(rowsPrefix(sync, shard), files, rowsKey(sync, shard, sync.flushes))) {
    const { row, place, item, id, product } = v.parse(ShardRow, record);
    if (!product) {
      unreadable.add(unitKey({ kind: 'item', id: item }));
      if (id !== undefined) unreadable.add(unitKey({ kind: 'variant', id }));
      continue;
    }
    const first = firstRows.get(product.id);
    if (first !== undefined) {
      const message = `The id '${product.id}' is that of row ${first} too, which counts. Give each product its own.`;
      duplicates.push({ row, place, id: product.id, field: 'id', message });
      continue;
    }
    firstRows.set(product.id, row);
    for (const unit of unitsOf(product)) {
      const key = unitKey(unit);
      if (!units.has(key)) units.set(key, { unit, hash: unitHash(unit), row, place });
    }
  }
  return { units, unreadable, duplicates };
};
