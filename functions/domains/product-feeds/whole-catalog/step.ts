import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import { inParts, writeLines } from '../../../platform/storage/line-files.ts';
import type { Pace } from '../../../platform/storage/pace.ts';
import { buildFile } from '../file/build.ts';
import { type Build, restsUntil } from '../records/build.ts';
import type { ProductFeed, ProductFeedState } from '../records/feed.ts';
import type { FileSetting } from '../records/file-setting.ts';
import { markOf } from '../records/mark.ts';
import { partKey } from '../records/stored-file.ts';
import { selectItems } from '../select/select.ts';
import { readParts } from './parts.ts';
import { END, readCatalog } from './read-catalog.ts';

/** A file has 4 GB of products at most, which is what Google reads. */
const MAX_PARTS = 512;
/** The time in which a part is written into the file. */
const PART_MS = 1_000;

interface WholeCatalog {
  readonly feed: ProductFeed;
  readonly setting: FileSetting;
  readonly pace: Pace;
}

/**
 * Reads the catalog into parts, one per checkpoint, then writes the file from them in one go. The parts have names that
 * depend on the progress only, so the run after a killed one overwrites its parts. Other settings begin anew.
 */
export const wholeCatalogStep = async (
  run: Run<ProductFeedState>,
  whole: WholeCatalog,
  context: JobContext,
): Promise<Outcome<ProductFeedState>> => {
  const { feed, setting } = whole;
  const build = run.job.build?.settings === feed.updated ? run.job.build : await begin(run, feed, context);
  const rests = (ended: Build): Build => ({ ...ended, restsUntil: restsUntil(ended, context.now()) });
  if (build.parts > MAX_PARTS) {
    const reason = 'The file would have more than 4 GB. Make several feeds, each of some categories.';
    return { kind: 'failed', reason, set: { build: rests(build) } };
  }
  if (build.place !== END) {
    await readSome(run, build, { whole, context });
    return { kind: 'next' };
  }
  if (run.deadline.remainingMs() < build.parts * PART_MS) return { kind: 'wait', until: 0 };
  const keys = Array.from({ length: build.parts }, (_, i) => partKey(feed, build.id, i + 1));
  const products = readParts(keys, run.checkTime, context.imports());
  const leftOut = build.hidden > 0 ? { out_of_stock: build.hidden } : {};
  const file = await buildFile({ feed, setting, build: build.id, products, leftOut, before: run.job.file }, context);
  return { kind: 'complete', set: { seen: build.seen, file, build: rests(build) } };
};

/** What requests show is selected at once: the file of a large catalog takes its time. */
const begin = async (run: Run<ProductFeedState>, feed: ProductFeed, context: JobContext): Promise<Build> => {
  const seen = await markOf(feed, context);
  const at = context.now();
  const ids = [...(await selectItems(feed, run.checkTime, context))];
  const build: Build = {
    ...{ id: context.newId(at), begun: at.toISOString(), settings: feed.updated, seen },
    ...{ parts: 0, items: 0, hidden: 0 },
  };
  await run.save({ ids, selected: at.toISOString(), build });
  return build;
};

interface Reading {
  readonly whole: WholeCatalog;
  readonly context: JobContext;
}

/** Reads the catalog from the checkpoint on, until it ends or time runs out. */
const readSome = async (
  run: Run<ProductFeedState>,
  from: Build,
  { whole: { feed, setting, pace }, context }: Reading,
): Promise<void> => {
  let build = from;
  const counts = { items: from.items, hidden: from.hidden };
  const pages = readCatalog({ feed, setting, build, counts }, context);
  for await (const { lines, place } of inParts(pages, pace)) {
    const parts = lines.length > 0 ? build.parts + 1 : build.parts;
    if (lines.length > 0) await writeLines(partKey(feed, build.id, parts), lines, context.imports());
    build = { ...build, ...counts, parts, place };
    await run.save({ build });
    if (run.isLate() || parts > MAX_PARTS) return;
  }
};
