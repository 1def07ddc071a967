import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { CatalogFeed } from '../records/feed.ts';
import {
  applyPiece,
  type Counts,
  duplicatesPiece,
  errorsKey,
  errorsPrefix,
  type FeedSync,
  MAX_LISTED_ERRORS,
  type RowError,
  shardPiece,
} from '../records/sync.ts';
import { type Refusal, storeUnits, unpublish } from './catalog-store.ts';
import { type Change, type Differences, differencesOf } from './differences.ts';
import { type ManifestEntry, writeManifest } from './manifest.ts';
import { recordsBelow, writeRecords } from './shards.ts';
import type { Unit } from './units.ts';

/** What is written between two checkpoints. */
const CHUNK = 100;

/** Writes the differences of one shard, chunk by chunk, then its manifest. */
export const applyShard = async (
  run: Run<FeedSync>,
  { graceHours }: Pick<CatalogFeed, 'graceHours'>,
  context: JobContext,
): Promise<void> => {
  const files = context.imports();
  const { shard } = run.job;
  const differences = await differencesOf(run.job, { shard, graceHours }, files);
  const { changes, duplicates } = differences;
  for (;;) {
    const { at, errors, counts } = run.job;
    const chunk = changes.slice(at, at + CHUNK);
    if (chunk.length === 0) break;
    const refused = await applyChunk(chunk, context);
    if (refused.length > 0) await writeRecords(errorsKey(run.job, applyPiece(shard, at)), refused, files);
    await run.save({
      at: at + chunk.length,
      errors: listed(errors, refused),
      counts: counted(counts, chunk, refused),
    });
    run.checkTime();
  }
  if (duplicates.length > 0) await writeRecords(errorsKey(run.job, duplicatesPiece(shard)), duplicates, files);
  const refusedKeys = await refusedIn(run.job, files);
  await writeManifest(run.job, shard, manifestOf(differences, refusedKeys), files);
  const { errors, counts } = run.job;
  await run.save({
    shard: shard + 1,
    at: 0,
    errors: listed(errors, duplicates),
    counts: {
      ...counts,
      failed: counts.failed + duplicates.length,
      unchanged: counts.unchanged + differences.unchanged,
      missing: counts.missing + differences.missing.length,
    },
  });
};

type RefusedUnit = RowError & { readonly key: string };

const applyChunk = async (chunk: readonly Change[], context: JobContext): Promise<readonly RefusedUnit[]> => {
  const placed = new Map(chunk.flatMap((change) => (change.kind === 'unpublished' ? [] : [[change.key, change]])));
  const gone = chunk.flatMap(({ kind, key }) => (kind === 'unpublished' ? [kindAndId(key)] : []));
  const refusals = await storeUnits(
    [...placed.values()].map(({ unit }) => unit),
    context,
  );
  if (gone.length > 0) await unpublish(gone, context);
  return refusals.flatMap(({ key, field, message }: Refusal) => {
    const change = placed.get(key);
    return change
      ? [
          {
            key,
            row: change.row,
            place: change.place,
            id: change.unit.id,
            ...(field !== undefined && { field }),
            message,
          },
        ]
      : [];
  });
};

const kindAndId = (key: string): { readonly kind: Unit['kind']; readonly id: string } => {
  const slash = key.indexOf('/');
  return { kind: key.startsWith('item/') ? 'item' : 'variant', id: key.slice(slash + 1) };
};

const listed = (before: readonly RowError[], more: readonly RowError[]): RowError[] => [
  ...before,
  ...more.slice(0, Math.max(0, MAX_LISTED_ERRORS - before.length)).map(({ row, place, id, field, message }) => ({
    row,
    place,
    message,
    ...(id !== undefined && { id }),
    ...(field !== undefined && { field }),
  })),
];

const counted = (before: Counts, chunk: readonly Change[], refused: readonly RefusedUnit[]): Counts => {
  const refusedKeys = new Set(refused.map(({ key }) => key));
  const count = (kind: Change['kind']): number =>
    chunk.filter((change) => change.kind === kind && !refusedKeys.has(change.key)).length;
  return {
    ...before,
    failed: before.failed + refusedKeys.size,
    created: before.created + count('created'),
    updated: before.updated + count('updated'),
    unpublished: before.unpublished + count('unpublished'),
  };
};

/** Read from their objects, since another run may have written them. */
const refusedIn = async (sync: FeedSync, files: Files): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  for await (const { key } of recordsBelow(errorsPrefix(sync, shardPiece(sync.shard)), files)) keys.add(String(key));
  return keys;
};

/** What the catalog has of the shard now. A refused change leaves what was there. */
const manifestOf = (
  { base, units, unreadable, missing }: Differences,
  refused: ReadonlySet<string>,
): readonly ManifestEntry[] => {
  const kept = (key: string): readonly ManifestEntry[] => {
    const before = base.get(key);
    return before ? [{ key, item: before.item, hash: before.hash }] : [];
  };
  return [
    ...[...units].flatMap(([key, { unit, hash }]) =>
      refused.has(key) ? kept(key) : [{ key, item: unit.kind === 'item' ? unit.id : unit.item, hash }],
    ),
    ...[...unreadable].filter((key) => !units.has(key)).flatMap(kept),
    ...missing,
  ];
};
