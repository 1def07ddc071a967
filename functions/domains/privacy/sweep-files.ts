import type { Counts, FileLocation, Plan } from '../../model/personal-data/files.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { FileVersion } from '../../platform/storage/files.ts';

/** Objects have a few megabytes, unpacked. */
const PARALLEL = 8;

interface SweepCallbacks {
  /** Called before changes are applied. */
  readonly claim: (through: string, found: { readonly counts: Counts; readonly kept: number }) => Promise<void>;
  /** Called when everything up to this key is done. */
  readonly sweepFiles: (through: string) => Promise<void>;
  readonly checkTime: () => void;
}

/** Compares by bytes, as S3 sorts keys. */
const isUpTo = (key: string, through: string): boolean => Buffer.compare(Buffer.from(key), Buffer.from(through)) <= 0;

/**
 * Searches all keys after `done`, some at a time. Changes are planned, then counted, then applied. If a worker is
 * killed in between, the next one applies the changes up to `claimed` without counting them again.
 */
export const sweepLocation = async (
  { prefix, files, since, plan }: FileLocation,
  { done, claimed }: { readonly done: string; readonly claimed: string },
  { claim, sweepFiles: pass, checkTime }: SweepCallbacks,
): Promise<void> => {
  let after = done;
  for (;;) {
    checkTime();
    const page = await files.versions(prefix, after === '' ? undefined : after);
    const keys = [...Map.groupBy(page.versions, ({ key }) => key)];
    const wanted = keys.filter(([, versions]) => isNew(versions, since));
    for (let start = 0; start < wanted.length; start += PARALLEL) {
      checkTime();
      const some = wanted.slice(start, start + PARALLEL);
      const last = some.at(-1)?.[0] ?? '';
      const plans = await inParallel(some, PARALLEL, async ([key, versions]) => ({
        key,
        plan: await plan(key, versions),
      }));
      const due = plans.flatMap((one) => (one.plan ? [{ key: one.key, plan: one.plan }] : []));
      if (due.length === 0) continue;
      const fresh = due.filter(({ key }) => !isUpTo(key, claimed));
      if (fresh.length > 0) await claim(last, sumPlans(fresh.map((one) => one.plan)));
      await inParallel(due, PARALLEL, (one) => one.plan.apply());
    }
    const end = keys.at(-1)?.[0];
    if (end !== undefined) {
      after = end;
      await pass(end);
    }
    if (page.isLast) return;
  }
};

const isNew = (versions: readonly FileVersion[], since: Date | undefined): boolean =>
  since === undefined || versions.some(({ modified }) => modified >= since);

const sumPlans = (plans: readonly Plan[]): { readonly counts: Counts; readonly kept: number } => {
  let counts: Counts = {};
  for (const plan of plans) counts = mergeCounts(counts, plan.counts);
  return { counts, kept: plans.reduce((sum, { kept }) => sum + kept, 0) };
};

export const mergeCounts = (a: Counts, b: Counts): Counts => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).map(([job, counts]) => [
      job,
      {
        ...a[job],
        ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, (a[job]?.[name] ?? 0) + count])),
      },
    ]),
  ),
});
