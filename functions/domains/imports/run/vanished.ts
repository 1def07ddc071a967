import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import { listItems, listVariants } from '../../catalog/listing.ts';
import { storeItems } from '../../catalog/write/items.ts';
import { storeVariants } from '../../catalog/write/variants.ts';
import type { Job } from '../jobs/job.ts';
import type { Vanished } from '../jobs/vanished.ts';
import type { Warning } from '../outcomes/warnings.ts';
import { chunksFolder } from '../places/job-files.ts';

/** The share of products, in percent, that a whole file may miss. */
const MAX_MISSING = 30;
/** Fewer products say nothing about a share. */
const LEAST = 10;
const PAGE = 200;

const objects = {
  item: { list: listItems, store: storeItems, next: 'variant' },
  variant: { list: listVariants, store: storeVariants, next: undefined },
} as const;

const begin: Vanished = { stage: 'find', object: 'item', part: 0, known: 0, missing: 0 };

const partKey = (job: Pick<Job, 'account' | 'id'>, part: number): string =>
  `${chunksFolder(job)}whole-vanished-${String(part).padStart(6, '0')}.json`;

/**
 * Unpublishes what a whole file does not name: first finds all of it, so that a file that misses too much changes
 * nothing, then unpublishes it. Each page is a checkpoint. The names are read only while they are compared. Returns
 * `late` if another run continues.
 */
export const unpublishVanished = async (
  run: Run<Job>,
  readNames: () => Promise<ReadonlySet<string> | undefined>,
  context: JobContext,
): Promise<readonly Warning[] | 'late'> => {
  const names = (run.job.vanished ?? begin).stage === 'find' ? await readNames() : undefined;
  // Stored, since the names are removed before the import is complete.
  if (!run.job.vanished && (!names || names.size === 0))
    await run.save({ vanished: { ...begin, stage: 'unreadable' } });
  for (;;) {
    const state = run.job.vanished ?? begin;
    if (state.stage === 'find')
      await run.save({ vanished: await findPage(run.job, state, names ?? new Set(), context) });
    else {
      const reason = endOf(run.job, state);
      if (reason) return reason;
      await run.save({ vanished: await unpublishPart(run.job, state, context) });
    }
    if (run.isLate()) return 'late';
  }
};

const UNREADABLE =
  'The file has no row, or a row that names no product, so nothing was unpublished. Correct it, and import the whole file again.';

const warning = (code: string, message: string): Warning => ({ code, message });

/** What has vanished of a page, under a name that a repeated run writes again. */
const findPage = async (
  job: Job,
  state: Vanished,
  names: ReadonlySet<string>,
  context: JobContext,
): Promise<Vanished> => {
  const { object, part, cursor } = state;
  const { list, next: following } = objects[object];
  const { items, next } = await list(
    { size: PAGE, descending: false, ...(cursor !== undefined && { cursor }) },
    context,
  );
  // What was created after the file cannot be in it.
  const published = items.map(({ value }) => value).filter((one) => one.published && one.created < job.createdAt);
  const gone = published.flatMap(({ id }) => (names.has(`${object} ${id}`) ? [] : [id]));
  if (gone.length > 0)
    await context.imports().write(partKey(job, part), JSON.stringify({ object, ids: gone }), 'application/json');
  const found = {
    part: part + (gone.length > 0 ? 1 : 0),
    known: state.known + published.length,
    missing: state.missing + gone.length,
  };
  if (next !== undefined) return { ...found, stage: 'find', object, cursor: next };
  return following ? { ...found, stage: 'find', object: following } : { ...found, stage: 'unpublish', object };
};

/** The parts are unpublished from the last one on. */
const unpublishPart = async (job: Job, state: Vanished, context: JobContext): Promise<Vanished> => {
  const part = state.part - 1;
  const files = context.imports();
  const key = partKey(job, part);
  const text = await files.readText(key);
  if (text !== undefined) {
    const { object, ids }: { object: Vanished['object']; ids: readonly string[] } = JSON.parse(text);
    // What was deleted meanwhile is refused, and needs nothing.
    await objects[object].store(
      ids.map((id) => ({ id, published: false })),
      { mode: 'update' },
      context,
    );
  }
  return { ...state, part };
};

/** The result, once nothing is left to do. */
const endOf = (
  { isDryRun, layout }: Job,
  { stage, part, known, missing }: Vanished,
): readonly Warning[] | undefined => {
  if (stage === 'unreadable') return [warning('unreadable_products', UNREADABLE)];
  const most = layout?.mapping?.max_missing_percent ?? MAX_MISSING;
  const what = `${missing} of ${known} published items and variants are not in the file`;
  if (known >= LEAST && missing > (known * most) / 100)
    return [
      warning(
        'too_many_vanished_products',
        `${what}, more than ${most} %. None of them was unpublished. If the file is right, set "max_missing_percent" in the mapping and import it again.`,
      ),
    ];
  if (missing === 0) return [];
  if (isDryRun) return [warning('vanished_products', `${what}, and would be unpublished.`)];
  return part > 0 ? undefined : [warning('vanished_products', `${what}, and were unpublished.`)];
};
