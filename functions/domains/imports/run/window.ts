import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { create } from '../../../platform/table/write.ts';
import { readSettings } from '../../accounts/actions.ts';
import { leftOutMessage } from '../../profiles/left-out.ts';
import { type Deps, isParsed, numberOf, type ParsedUnit } from '../apply/application.ts';
import type { ApplyResult } from '../apply/outcome.ts';
import { type Chunk, isRepeated } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { failedRowsOf } from '../jobs/listing.ts';
import { failedRows } from '../jobs/store.ts';
import { appliers } from '../kinds/kinds.ts';
import { addToCounts, type Counts } from '../outcomes/counts.ts';
import type { Failure } from '../outcomes/failure.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { joinedWarnings, rowWarnings, type Warning } from '../outcomes/warnings.ts';
import type { Unit } from '../rows/units.ts';
import { aboutErased } from './erased-rows.ts';
import { repeatsByRow } from './repeats.ts';

const PARALLEL = 24;

export interface WindowResult {
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  /** Notes on imported rows that the owner should check. */
  readonly notes: readonly Failure[];
  /** The notes, counted by code. */
  readonly warnings: readonly Warning[];
}

type Results = Map<Unit, ApplyResult>;

/** Applies rows. Rows about one person are applied one after another, in the order of the file. */
export const applyUnits = async (
  job: Job,
  chunk: Chunk,
  units: readonly Unit[],
  services: Services,
): Promise<WindowResult> => {
  const deps: Deps = { ...services, account: job.account, ...(await readSettings(job.account, services)) };
  const results: Results = new Map();
  const sound: ParsedUnit[] = [];
  for (const unit of units) {
    if (unit.problems.length > 0) results.set(unit, { outcome: 'failed', problems: unit.problems });
    else if (isParsed(unit)) sound.push(unit);
    else throw new Error('A file that was planned can be read.');
  }
  for (const [unit, problems] of await failedBefore(chunk, sound, deps))
    results.set(unit, { outcome: 'failed', problems });

  const open = sound.filter((unit) => !results.has(unit));
  const record = recorderOf(results, job, deps);
  const repeats = await repeatsByRow(job, open, deps);
  const repeatsSince = isRepeated(chunk) ? chunk.startedAt : undefined;
  const application = { job, processed: chunk.row, repeats, repeatsSince, record };
  await appliers[job.kind](open, application, deps);
  return resultOf(units, results, chunk.counts, deps);
};

const recorderOf =
  (results: Results, job: Job, deps: Deps) =>
  async (done: readonly (readonly [Unit, ApplyResult])[]): Promise<void> => {
    const failed = done.flatMap(([unit, applied]) =>
      applied.outcome === 'failed' ? [{ unit, problems: applied.problems }] : [],
    );
    await inParallel(failed, PARALLEL, ({ unit, problems }) => rememberFailure(unit, problems, job, deps));
    for (const [unit, applied] of done) results.set(unit, applied);
  };

const resultOf = async (
  units: readonly Unit[],
  results: Results,
  counts: Counts,
  deps: Deps,
): Promise<WindowResult> => {
  const rows = units.flatMap((unit) => {
    const applied = results.get(unit);
    return applied
      ? unit.rows.map((row, i) => ({ row, applied, doubts: i === 0 ? (unit.parsed?.doubts ?? []) : [] }))
      : [];
  });
  const notes = rows.flatMap(({ row, applied, doubts }) => noteOf(row.number, applied, doubts));
  const warnings = notes.flatMap(({ row, problems }) => rowWarnings(row, problems));
  return {
    counts: addToCounts(
      counts,
      rows.map(({ applied }) => applied),
    ),
    failures: await failuresOf(units, results, deps),
    notes,
    warnings: joinedWarnings(warnings),
  };
};

const failuresOf = async (units: readonly Unit[], results: Results, deps: Deps): Promise<Failure[]> => {
  const failed = units.filter((unit) => results.get(unit)?.outcome === 'failed');
  const erased = await aboutErased(failed, deps);
  return failed.flatMap((unit) => {
    const applied = results.get(unit);
    const problems = erased.get(unit) ?? (applied?.outcome === 'failed' ? applied.problems : []);
    return unit.rows.map(
      ({ number, text }): Failure => ({
        row: number,
        problems: [...problems],
        original: isErased(problems) ? '' : text,
      }),
    );
  });
};

/** Without the text of the row: it is imported, and its person may ask to be erased. */
const noteOf = (row: number, applied: ApplyResult, doubts: readonly RowProblem[]): Failure[] => {
  if (applied.outcome === 'failed') return [];
  const leftOut = (applied.leftOut ?? []).map((kind) => ({ code: 'left_out' as const, message: leftOutMessage(kind) }));
  const problems = [...leftOut, ...doubts];
  return problems.length > 0 ? [{ row, problems, original: '' }] : [];
};

/** A row about an erased person is reported without its text. */
const isErased = (problems: readonly RowProblem[]): boolean => problems.some(({ code }) => code === 'erased');

/** Written before the next row about the same person, which may remove the cause of the failure. */
export const rememberFailure = async (
  { rows: [first] }: Unit,
  problems: readonly RowProblem[],
  { id, expiresAt, isDryRun }: Job,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<void> => {
  // A dry run keeps nothing of a window without a checkpoint: its repetition starts afresh.
  if (first && !isDryRun)
    await table.write(
      create(failedRows, { account, job: id, row: first.number, problems: [...problems], original: '', expiresAt }),
    );
};

const failedBefore = async (chunk: Chunk, units: readonly ParsedUnit[], deps: Deps) => {
  // Only repeated rows can have failed before.
  const failed = isRepeated(chunk) ? await failedRowsOf(chunk, units, deps) : undefined;
  return units.flatMap((unit): [Unit, readonly RowProblem[]][] => {
    const problems = failed?.get(numberOf(unit));
    return problems ? [[unit, problems]] : [];
  });
};
