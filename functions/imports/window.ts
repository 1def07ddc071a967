import type { Context, Services } from '../context.ts';
import { inParallel } from '../parallel.ts';
import { byPerson } from '../profiles/people.ts';
import { create } from '../table/write.ts';
import { type Applied, applyEvent, applyProfile } from './apply.ts';
import type { Chunk } from './chunk.ts';
import { type Counts, counted, type Failure, type Job, type RowOutcome } from './job.ts';
import type { RowProblem } from './row.ts';
import { failedRowSk, failedRows } from './store.ts';
import type { Unit } from './units.ts';

const PARALLEL = 24;

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'>;

/** Applies some rows. Those about one person are applied one after another, in the order of the file. */
export const applyWindow = async (
  job: Job,
  chunk: Chunk,
  units: readonly Unit[],
  services: Services,
): Promise<{ readonly counts: Counts; readonly failures: readonly Failure[] }> => {
  const context: Reach = { ...services, account: job.account };
  const results = new Map<Unit, Applied>();
  const sound = units.filter((unit) => unit.problems.length === 0);
  for (const unit of units) {
    if (unit.problems.length > 0) results.set(unit, { outcome: 'failed', problems: unit.problems });
  }
  for (const [unit, problems] of await failedBefore(chunk, sound, context))
    results.set(unit, { outcome: 'failed', problems });

  const open = sound.filter((unit) => !results.has(unit));
  const people = await byPerson(open, (unit) => ({ identifiers: identifiersIn(unit) }), context);
  await inParallel(people, PARALLEL, async (group) => {
    for (const unit of group) {
      const applied = await applyUnit(unit, { job, settled: chunk.row }, context);
      if (applied.outcome === 'failed') await rememberFailure(unit, applied.problems, job, context);
      results.set(unit, applied);
    }
  });

  const rows = units.flatMap((unit) => {
    const applied = results.get(unit);
    return applied ? unit.rows.map((row) => ({ row, applied })) : [];
  });
  const outcomes: { readonly outcome: RowOutcome }[] = rows.map(({ applied }) => applied);
  const failures = rows.flatMap(({ row: { number, text }, applied }): Failure[] =>
    applied.outcome === 'failed' ? [{ row: number, problems: [...applied.problems], original: text }] : [],
  );
  return { counts: counted(chunk.counts, outcomes), failures };
};

const applyUnit = async (
  { said, rows }: Unit,
  at: { readonly job: Job; readonly settled: number },
  context: Reach,
): Promise<Applied> => {
  const row = rows[0]?.number ?? 0;
  if (!said) throw new Error('A unit without problems says something.');
  switch (said.kind) {
    case 'profile':
      return applyProfile(said.row, { ...at, row }, context);
    case 'event':
      return applyEvent(said.row, { ...at, row }, context);
  }
};

const identifiersIn = ({ said }: Unit) => said?.row.input.identifiers ?? {};

/** Written before the next row about the same person is applied, since that may undo what the failure came from. */
const rememberFailure = async (
  { rows: [first] }: Unit,
  problems: readonly RowProblem[],
  { id, expiresAt }: Job,
  { account, table }: Reach,
): Promise<void> => {
  if (first)
    await table.write(
      create(failedRows, { account, job: id, row: first.number, problems: [...problems], original: '', expiresAt }),
    );
};

const failedBefore = async (chunk: Chunk, units: readonly Unit[], { account, table }: Reach) => {
  const first = units[0]?.rows[0]?.number;
  const last = units.at(-1)?.rows[0]?.number;
  // Only a second try of the same rows finds any.
  if (first === undefined || last === undefined || chunk.starts <= 1) return [];
  const { pk } = failedRows.key({ account, job: chunk.job, row: first });
  const found = await table.queryOf(failedRows, {
    pk,
    prefix: 'FAILED#',
    after: failedRowSk(first - 1),
    before: failedRowSk(last + 1),
    limit: units.length,
  });
  const byRow = new Map(found.map(({ row, problems }) => [row, problems]));
  return units.flatMap((unit): [Unit, readonly RowProblem[]][] => {
    const problems = byRow.get(unit.rows[0]?.number ?? 0);
    return problems ? [[unit, problems]] : [];
  });
};
